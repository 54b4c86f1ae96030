import { type AttemptLimit, type Attempts, countAttempt } from './attempts.ts';
import { DomainError } from './errors.ts';
import { newId } from './ids.ts';
import type { PasswordHasher } from './password.ts';
import { isOfEpoch } from './principal.ts';
import { hashSecret, newSecret } from './secret.ts';
import { normalizeEmail, type User, type UserRepository } from './user.ts';

/** One log-in and all that was refreshed from it. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: string;
  /** When it ends however often it is refreshed. */
  readonly endsAt?: string;
  /** That of its user's, as it was before the password was verified: a log-in can't outrun what ends it. */
  readonly epoch?: number;
}

/** Where sessions are kept and, out of others' reach, the hash of the one refresh token of each that is good now. */
export interface SessionRepository {
  create(session: Session, refreshHash: string): Promise<void>;
  find(sessionId: string): Promise<Session | undefined>;
  /** Puts the next refresh token in the place of `previousHash`; false where that was not the good one. */
  rotate(
    sessionId: string,
    previousHash: string,
    next: { readonly refreshHash: string; readonly expiresAt: string },
  ): Promise<boolean>;
  remove(sessionId: string): Promise<void>;
  /** Ends all of the user's sessions but, where given, one. */
  removeAll(userId: string, exceptSessionId?: string): Promise<void>;
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokenType: 'Bearer';
  /** Seconds for which the access token is good. */
  readonly expiresIn: number;
}

export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** Without a refresh. */
const SESSION_SECONDS = 30 * 24 * 3600;
/** With any number of them: then the password is asked for again. */
const LONGEST_SESSION_SECONDS = 90 * 24 * 3600;

export interface SessionPorts {
  readonly users: Pick<UserRepository, 'find' | 'findByEmail' | 'findPasswordHash'>;
  readonly passwords: PasswordHasher;
  readonly sessions: Pick<SessionRepository, 'create' | 'find' | 'rotate' | 'remove'>;
  readonly attempts: Attempts;
  readonly signAccessToken: (subject: { userId: string; sessionId: string }) => Promise<string>;
  readonly now: () => Date;
}

const WINDOW_SECONDS = 900;

/**
 * A person mistypes; a program guesses. Strict for an account from one address, so that a stranger elsewhere locks
 * nobody out; loose for an account from everywhere, against a guesser with many addresses. Many people share an
 * address, so only what is wrong counts for long.
 */
const PER_ADDRESS: AttemptLimit = { attempts: 100, windowSeconds: WINDOW_SECONDS };
const PER_ACCOUNT_AND_ADDRESS: AttemptLimit = { attempts: 10, windowSeconds: WINDOW_SECONDS };
const PER_ACCOUNT: AttemptLimit = { attempts: 500, windowSeconds: WINDOW_SECONDS };

export class WrongCredentialsError extends DomainError {
  readonly code = 'wrong_credentials';
  readonly kind = 'unauthenticated';

  constructor() {
    super('The email or the password is wrong. Try again, or ask an admin for a password reset.');
  }
}

export class InvalidRefreshTokenError extends DomainError {
  readonly code = 'invalid_refresh_token';
  readonly kind = 'unauthenticated';

  constructor() {
    super('The refresh token is unknown, used or expired. Log in again with POST /v1/sessions.');
  }
}

/**
 * Logs in.
 * @param address from which it is tried.
 * @throws TooManyAttemptsError, WrongCredentialsError
 */
export async function signIn(
  { email, password, address }: { email: string; password: string; address: string },
  ports: SessionPorts,
): Promise<IssuedTokens> {
  const tries = triesOf(email, address);
  for (const [key, limit] of tries) await countAttempt(key, limit, ports.attempts);
  const user = await ports.users.findByEmail(normalizeEmail(email));
  // For nobody too: an account is not to be told by the time that this takes.
  const hash = await ports.users.findPasswordHash(user?.id ?? NOBODY);
  const isRight = await ports.passwords.verify(password, hash);
  if (user === undefined || !isRight || user.disabled) throw new WrongCredentialsError();
  await Promise.all(tries.map(([key, limit]) => ports.attempts.uncount(key, limit)));
  await ports.attempts.forget(pairKey(email, address));
  return startSession(user, ports);
}

const NOBODY = 'usr_none';

const accountKey = (email: string) => `account ${normalizeEmail(email)}`;
/** An email may be any text, so it stands last: no other account, and none elsewhere, has the same key. */
const pairKey = (email: string, address: string) => `from ${address} ${accountKey(email)}`;

const triesOf = (email: string, address: string): [key: string, limit: AttemptLimit][] => [
  [`address ${address}`, PER_ADDRESS],
  [pairKey(email, address), PER_ACCOUNT_AND_ADDRESS],
  [accountKey(email), PER_ACCOUNT],
];

/** Lets an account log in again, from one address and those that never tried. */
export const forgetAttempts = (email: string, address: string, attempts: Attempts): Promise<unknown> =>
  Promise.all([attempts.forget(accountKey(email)), attempts.forget(pairKey(email, address))]);

async function startSession(
  { id: userId, sessionEpoch: epoch = 0 }: User,
  ports: SessionPorts,
): Promise<IssuedTokens> {
  const id = newId('ses');
  const secret = newSecret();
  const endsAt = inSeconds(LONGEST_SESSION_SECONDS, ports);
  const expiresAt = inSeconds(SESSION_SECONDS, ports);
  await ports.sessions.create({ id, userId, expiresAt, endsAt, epoch }, hashSecret(secret));
  return issue({ userId, sessionId: id, secret }, ports);
}

/**
 * Gives new tokens for a refresh token, which is good once. One that comes a second time was stolen or
 * copied, so its whole session ends.
 * @throws InvalidRefreshTokenError
 */
export async function refreshSession(refreshToken: string, ports: SessionPorts): Promise<IssuedTokens> {
  const [, sessionId = '', presented = ''] = /^rt_([0-9a-f]{32})_(.+)$/.exec(refreshToken) ?? [];
  const session = sessionId === '' ? undefined : await ports.sessions.find(`ses_${sessionId}`);
  if (session === undefined || session.expiresAt <= ports.now().toISOString())
    throw new InvalidRefreshTokenError();
  const secret = newSecret();
  const rotated = await ports.sessions.rotate(session.id, hashSecret(presented), {
    refreshHash: hashSecret(secret),
    expiresAt: earlier(inSeconds(SESSION_SECONDS, ports), session.endsAt),
  });
  const user = rotated ? await ports.users.find(session.userId) : undefined;
  if (user === undefined || user.disabled || !(await isOfUser(session, user, ports))) {
    await ports.sessions.remove(session.id);
    throw new InvalidRefreshTokenError();
  }
  return issue({ userId: user.id, sessionId: session.id, secret }, ports);
}

/** A change of the password meanwhile raises both epochs: then that counts which the session has now. */
async function isOfUser(
  session: Session,
  { sessionEpoch }: User,
  { sessions }: SessionPorts,
): Promise<boolean> {
  if (isOfEpoch(session, sessionEpoch)) return true;
  const present = await sessions.find(session.id);
  return present !== undefined && isOfEpoch(present, sessionEpoch);
}

async function issue(
  { userId, sessionId, secret }: { userId: string; sessionId: string; secret: string },
  { signAccessToken }: SessionPorts,
): Promise<IssuedTokens> {
  return {
    accessToken: await signAccessToken({ userId, sessionId }),
    refreshToken: `rt_${sessionId.replace('ses_', '')}_${secret}`,
    tokenType: 'Bearer',
    expiresIn: ACCESS_TOKEN_SECONDS,
  };
}

const inSeconds = (seconds: number, { now }: Pick<SessionPorts, 'now'>) =>
  new Date(now().getTime() + seconds * 1000).toISOString();

const earlier = (time: string, other = time) => (time < other ? time : other);
