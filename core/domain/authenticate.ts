import type { ApiKey } from './api-key.ts';
import { ownerOfKey } from './api-key.ts';
import { DomainError } from './errors.ts';
import type { Principal } from './principal.ts';
import { hashSecret } from './secret.ts';
import type { Session } from './session.ts';
import type { User } from './user.ts';

/** What a verified token says. */
export type TokenSubject =
  | { readonly userId: string; readonly sessionId: string }
  /** Of another issuer: its users are known here by an id made of both. */
  | { readonly userId: string; readonly email: string | undefined };

export interface AuthenticatePorts {
  /** @returns undefined for a token that is forged, expired or of an unknown issuer. */
  readonly verifyAccessToken: (token: string) => Promise<TokenSubject | undefined>;
  readonly identities: {
    /** Each is one read. */
    ofSession(userId: string, sessionId: string): Promise<{ user?: User; session?: Session }>;
    ofApiKey(userId: string, hash: string): Promise<{ user?: User; apiKey?: ApiKey }>;
    /** Makes the user of another issuer at the first sight. */
    ofIssuer(userId: string, email: string | undefined): Promise<User>;
  };
  readonly now: () => Date;
}

export class UnauthenticatedError extends DomainError {
  readonly code: 'token_missing' | 'token_invalid' | 'account_disabled';
  readonly kind = 'unauthenticated';

  constructor(code: UnauthenticatedError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const ALL_SCOPES = ['read', 'write'] as const;

/** Tells who stands behind an `Authorization` header. @throws UnauthenticatedError */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

export const createAuthenticator =
  (ports: AuthenticatePorts): Authenticate =>
  (authorization) =>
    authenticate(authorization, ports);

/**
 * Who stands behind an `Authorization` header. The user's record is read each time, so a disabled user and an
 * ended session are out at once.
 * @throws UnauthenticatedError
 */
async function authenticate(authorization: string | undefined, ports: AuthenticatePorts): Promise<Principal> {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) {
    throw new UnauthenticatedError(
      'token_missing',
      'Send "Authorization: Bearer …" with an access token (POST /v1/sessions) or an API key (POST /v1/api-keys).',
    );
  }
  return token.startsWith('sk_') ? authenticateKey(token, ports) : authenticateToken(token, ports);
}

async function authenticateKey(key: string, { identities, now }: AuthenticatePorts): Promise<Principal> {
  const owner = ownerOfKey(key);
  if (owner === undefined) throw invalid();
  const { user, apiKey } = await identities.ofApiKey(owner, hashSecret(key));
  if (user === undefined || apiKey === undefined || apiKey.userId !== user.id) throw invalid();
  if (apiKey.expiresAt !== undefined && apiKey.expiresAt <= now().toISOString()) throw invalid();
  return principalOf(user, { scopes: apiKey.scopes });
}

async function authenticateToken(token: string, ports: AuthenticatePorts): Promise<Principal> {
  const subject = await ports.verifyAccessToken(token);
  if (subject === undefined) throw invalid();
  if (!('sessionId' in subject)) {
    return principalOf(await ports.identities.ofIssuer(subject.userId, subject.email), {
      scopes: ALL_SCOPES,
    });
  }
  const { userId, sessionId } = subject;
  const { user, session } = await ports.identities.ofSession(userId, sessionId);
  if (user === undefined || session === undefined) throw invalid();
  return principalOf(user, { scopes: ALL_SCOPES, sessionId });
}

function principalOf(user: User, rights: Pick<Principal, 'scopes' | 'sessionId'>): Principal {
  if (user.disabled) {
    throw new UnauthenticatedError('account_disabled', 'This account is disabled. Ask an admin.');
  }
  return { userId: user.id, role: user.role, ...rights };
}

const invalid = () =>
  new UnauthenticatedError(
    'token_invalid',
    'The token is not good (any more). Log in again with POST /v1/sessions.',
  );
