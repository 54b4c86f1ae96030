import { createHash, randomUUID } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { TrustedIssuer } from '../../contracts/environment.ts';
import { ACCESS_TOKEN_SECONDS } from '../../domain/entities/session.ts';
import type { TokenSubject } from '../../domain/request/authenticate.ts';

/** Who issues our tokens, and for whom. Deployments don't share keys, so these need not differ. */
const ISSUER = 'segmentry';
const AUDIENCE = 'segmentry-api';

export interface AccessTokenKeys {
  readonly publicKeys: () => Promise<JSONWebKeySet>;
  readonly signJwt: (payload: Readonly<Record<string, unknown>>) => Promise<string>;
}

/** Signs an access token for one log-in. */
export const createAccessTokenSigner =
  ({ signJwt }: Pick<AccessTokenKeys, 'signJwt'>, now: () => Date) =>
  ({ userId, sessionId }: { userId: string; sessionId: string }): Promise<string> => {
    const issuedAt = Math.floor(now().getTime() / 1000);
    return signJwt({
      ...{ iss: ISSUER, aud: AUDIENCE, sub: userId, sid: sessionId, jti: randomUUID() },
      ...{ iat: issuedAt, exp: issuedAt + ACCESS_TOKEN_SECONDS },
    });
  };

/**
 * Verifies access tokens of our own and of trusted issuers (OpenID Connect), with keys that are kept.
 * @returns undefined for a token that is not good.
 */
export function createAccessTokenVerifier(
  { publicKeys }: Pick<AccessTokenKeys, 'publicKeys'>,
  trusted: readonly TrustedIssuer[],
) {
  const own: JWTVerifyGetKey = async (header, token) => createLocalJWKSet(await publicKeys())(header, token);
  const others = new Map(trusted.map((issuer) => [issuer.issuer, { ...issuer, keys: remoteKeys(issuer) }]));

  return async (token: string): Promise<TokenSubject | undefined> => {
    try {
      const { iss = '' } = decodeJwt(token);
      const other = others.get(iss);
      if (other !== undefined) {
        const { payload } = await jwtVerify(token, other.keys, { issuer: iss, audience: other.audience });
        return foreignSubject(payload);
      }
      const { payload } = await jwtVerify(token, own, {
        ...{ issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['ES256'] },
        requiredClaims: ['sub', 'sid', 'exp'],
      });
      return { userId: String(payload.sub), sessionId: String(payload.sid) };
    } catch (error) {
      if (isAboutTheToken(error)) return undefined;
      throw error;
    }
  };
}

/** What the token itself causes is its bearer's fault; an issuer that can't be reached is not. */
const isAboutTheToken = (error: unknown) =>
  error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout);

function remoteKeys({ issuer, jwksUri }: TrustedIssuer): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(jwksUri ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`));
}

/** Users of another issuer are known here by a hash of issuer and subject. */
function foreignSubject({ iss, sub = '', email }: JWTPayload): TokenSubject {
  const hash = createHash('sha256').update(`${iss}\n${sub}`).digest('hex');
  return { userId: `usr_${hash.slice(0, 32)}`, email: typeof email === 'string' ? email : undefined };
}
