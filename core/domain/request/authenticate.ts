import type { ApiKey } from '../entities/api-key.ts';
import { ownerOfKey } from '../entities/api-key.ts';
import { DomainError } from '../entities/errors.ts';
import type { RequestOrigin } from '../entities/ids.ts';
import { isOfEpoch, type Principal, type Scope } from '../entities/principal.ts';
import { hashSecret } from '../entities/secret.ts';
import type { Session } from '../entities/session.ts';
import type { User } from '../entities/user.ts';
import type { Prefetched, PrefetchKeys } from './prefetch.ts';

/** What a verified token says. */
export type TokenSubject =
  | { readonly userId: string; readonly sessionId: string }
  /** Of another issuer: its users are known here by an id made of both. The email is one that it has verified. */
  | { readonly userId: string; readonly email: string | undefined; readonly expiresAt: string };

interface Identity {
  readonly user?: User | undefined;
  readonly prefetched: Partial<Prefetched>;
}

/** Who asks, and what was found of what the request wants. */
export interface Authenticated {
  readonly principal: Principal;
  readonly prefetched: Partial<Prefetched>;
}

/** Who asks, and what a use case needs to have been prefetched. */
export interface RequestContext<Keys extends keyof Prefetched> {
  readonly principal: Principal;
  readonly prefetched: Pick<Prefetched, Keys>;
  /** Where the request came under an idempotency key. */
  readonly origin?: RequestOrigin | undefined;
}

export interface AuthenticatePorts {
  /** @returns undefined for a token that is forged, expired or of an unknown issuer. */
  readonly verifyAccessToken: (token: string) => Promise<TokenSubject | undefined>;
  readonly identities: {
    /** Each is one read, of what is wanted too. */
    ofSession(
      userId: string,
      sessionId: string,
      wanted: PrefetchKeys,
    ): Promise<Identity & { session?: Session | undefined }>;
    ofApiKey(
      userId: string,
      hash: string,
      wanted: PrefetchKeys,
    ): Promise<Identity & { apiKey?: ApiKey | undefined }>;
    /** Makes the user of another issuer at the first sight; undefined where they were deleted of late. */
    ofIssuer(userId: string, email: string | undefined, wanted: PrefetchKeys): Promise<Identity>;
  };
  readonly now: () => Date;
}

export class UnauthenticatedError extends DomainError {
  readonly code: 'token_missing' | 'token_invalid' | 'account_disabled' | 'account_deleted';
  readonly kind = 'unauthenticated';

  constructor(code: UnauthenticatedError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** What a person of a role may do. */
const SCOPES_OF_ROLE = {
  user: ['read', 'write', 'account'],
  admin: ['read', 'write', 'account', 'admin'],
} as const satisfies Record<User['role'], readonly Scope[]>;

/** Authenticates an `Authorization` header, and prefetches what the request names. @throws UnauthenticatedError */
export type Authenticate = (
  authorization: string | undefined,
  wanted?: PrefetchKeys,
) => Promise<Authenticated>;

export const createAuthenticator =
  (ports: AuthenticatePorts): Authenticate =>
  (authorization, wanted = {}) =>
    authenticate(authorization, wanted, ports);

/**
 * Who stands behind an `Authorization` header. The user's record is read each time, so a disabled user and an
 * ended session are out at once.
 * @throws UnauthenticatedError
 */
async function authenticate(
  authorization: string | undefined,
  wanted: PrefetchKeys,
  ports: AuthenticatePorts,
): Promise<Authenticated> {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) {
    throw new UnauthenticatedError(
      'token_missing',
      'Send "Authorization: Bearer …" with an access token (POST /v1/sessions) or an API key (POST /v1/api-keys).',
    );
  }
  return token.startsWith('sk_')
    ? authenticateKey(token, wanted, ports)
    : authenticateToken(token, wanted, ports);
}

async function authenticateKey(
  key: string,
  wanted: PrefetchKeys,
  { identities, now }: AuthenticatePorts,
): Promise<Authenticated> {
  const owner = ownerOfKey(key);
  if (owner === undefined) throw invalid();
  const { user, apiKey, prefetched } = await identities.ofApiKey(owner, hashSecret(key), wanted);
  if (user === undefined || apiKey?.userId !== user.id) throw invalid();
  if (!isOfEpoch(apiKey, user.apiKeyEpoch) || isOver(apiKey, now())) throw invalid();
  const { id: apiKeyId, scopes: given, expiresAt } = apiKey;
  return { principal: principalOf(user, { given, apiKeyId, expiresAt }), prefetched };
}

async function authenticateToken(
  token: string,
  wanted: PrefetchKeys,
  ports: AuthenticatePorts,
): Promise<Authenticated> {
  const subject = await ports.verifyAccessToken(token);
  if (subject === undefined) throw invalid();
  if (!('sessionId' in subject)) {
    const { user, prefetched } = await ports.identities.ofIssuer(subject.userId, subject.email, wanted);
    if (user === undefined) throw deleted();
    const { expiresAt } = subject;
    return { principal: principalOf(user, { expiresAt }), prefetched };
  }
  const { userId, sessionId } = subject;
  const { user, session, prefetched } = await ports.identities.ofSession(userId, sessionId, wanted);
  if (user === undefined || session?.userId !== user.id) throw invalid();
  if (!isOfEpoch(session, user.sessionEpoch) || isOver(session, ports.now())) throw invalid();
  const { expiresAt } = session;
  return { principal: principalOf(user, { sessionId, expiresAt }), prefetched };
}

const isOver = ({ expiresAt }: { readonly expiresAt?: string }, now: Date) =>
  expiresAt !== undefined && expiresAt <= now.toISOString();

interface Credential extends Pick<Principal, 'sessionId' | 'apiKeyId'> {
  /** What a key was given; its owner may have lost some of it since. */
  readonly given?: readonly Scope[];
  readonly expiresAt?: string | undefined;
}

function principalOf(user: User, { given, expiresAt, ...credential }: Credential): Principal {
  if (user.disabled) {
    throw new UnauthenticatedError(
      'account_disabled',
      'This account is disabled. Ask an admin to enable it.',
    );
  }
  const own: readonly Scope[] = SCOPES_OF_ROLE[user.role];
  return {
    userId: user.id,
    scopes: given === undefined ? own : own.filter((scope) => given.includes(scope)),
    ...credential,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(user.apiKeyEpoch !== undefined && { apiKeyEpoch: user.apiKeyEpoch }),
  };
}

const deleted = () =>
  new UnauthenticatedError(
    'account_deleted',
    'This account was deleted. Its owner can sign in again thirty days later.',
  );

const invalid = () =>
  new UnauthenticatedError(
    'token_invalid',
    'The token is invalid, expired or revoked. Log in again with POST /v1/sessions.',
  );
