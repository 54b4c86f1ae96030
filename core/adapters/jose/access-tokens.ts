import { createHash, randomUUID } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTHeaderParameters,
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

/** A foreign token is never taken for longer after its issue, whatever it says itself. */
const LONGEST_FOREIGN_SECONDS = 24 * 3600;
const CLOCK_TOLERANCE_SECONDS = 30;

/** Signatures by a private key: a public one must never do as a shared secret (RFC 8725, 3.1). */
const FOREIGN_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'];

/** No token of ours is longer: a longer one is refused before any work is done on it. */
const LONGEST_TOKEN_CHARACTERS = 8192;

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
      iss: ISSUER,
      aud: AUDIENCE,
      sub: userId,
      sid: sessionId,
      jti: randomUUID(),
      iat: issuedAt,
      exp: issuedAt + ACCESS_TOKEN_SECONDS,
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
  const own = keptKeys(publicKeys);
  const others = new Map(trusted.map((issuer) => [issuer.issuer, { ...issuer, keys: remoteKeys(issuer) }]));

  return async (token: string): Promise<TokenSubject | undefined> => {
    if (token.length > LONGEST_TOKEN_CHARACTERS) return undefined;
    try {
      const { iss = '' } = decodeJwt(token);
      const other = others.get(iss);
      if (other !== undefined) {
        const { payload, protectedHeader } = await jwtVerify(token, other.keys, {
          issuer: iss,
          algorithms: FOREIGN_ALGORITHMS,
          requiredClaims: ['sub', 'iat', 'exp'],
          maxTokenAge: LONGEST_FOREIGN_SECONDS,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
        });
        return isAccessToken(protectedHeader, payload, other) ? foreignSubject(payload) : undefined;
      }
      const { payload } = await jwtVerify(token, own, {
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: 'at+jwt',
        algorithms: ['ES256'],
        requiredClaims: ['sub', 'sid', 'iat', 'exp'],
      });
      return { userId: String(payload.sub), sessionId: String(payload.sid) };
    } catch (error) {
      if (isAboutTheToken(error)) return undefined;
      throw error;
    }
  };
}

/** Reads a key anew only where another set is published: importing it takes longer than checking a signature. */
function keptKeys(publicKeys: AccessTokenKeys['publicKeys']): JWTVerifyGetKey {
  const sets = new WeakMap<JSONWebKeySet, JWTVerifyGetKey>();
  return async (header, token) => {
    const published = await publicKeys();
    const keys = sets.get(published) ?? createLocalJWKSet(published);
    sets.set(published, keys);
    return keys(header, token);
  };
}

/**
 * Tells access tokens from whatever else the same issuer signs with the same keys (RFC 8725, 3.11 and 3.12): by
 * their type (RFC 9068), or else by what they are for, which ID tokens and logout tokens never say.
 */
function isAccessToken(
  { typ }: JWTHeaderParameters,
  payload: JWTPayload,
  { audience }: TrustedIssuer,
): boolean {
  const type = typ?.toLowerCase().replace(/^application\//, '');
  const saysWhatFor = [payload.scope, payload.scp, payload.client_id].some((claim) => claim !== undefined);
  const isOfTheType = type === 'at+jwt' || ((type === undefined || type === 'jwt') && saysWhatFor);
  // Cognito names the client where others name the audience.
  const audiences = [payload.aud ?? payload.client_id].flat();
  return isOfTheType && payload.token_use !== 'id' && payload.sub !== '' && audiences.includes(audience);
}

/**
 * What the token itself causes is its bearer's fault; an issuer that can't be reached, or answers with something else
 * than its keys, is not.
 */
const isAboutTheToken = (error: unknown) =>
  error instanceof errors.JOSEError && !ISSUER_FAULTS.includes(error.code);

/** An answer that is not 200 or no JSON has no code of its own. */
const ISSUER_FAULTS = [errors.JOSEError, errors.JWKSTimeout, errors.JWKSInvalid].map(({ code }) => code);

function remoteKeys({ issuer, jwksUri }: TrustedIssuer): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(jwksUri ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`));
}

/** Users of another issuer are known here by a hash of issuer and subject; their email is shown where it is verified. */
function foreignSubject({
  iss,
  sub,
  exp = 0,
  iat = 0,
  email,
  email_verified: isVerified,
}: JWTPayload): TokenSubject {
  const hash = createHash('sha256').update(`${iss}\n${sub}`).digest('hex');
  return {
    userId: `usr_${hash.slice(0, 32)}`,
    email: typeof email === 'string' && isVerified === true ? email : undefined,
    expiresAt: new Date(Math.min(exp, iat + LONGEST_FOREIGN_SECONDS) * 1000).toISOString(),
  };
}
