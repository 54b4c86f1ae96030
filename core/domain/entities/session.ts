import { DomainError } from './errors.ts';
import { newId } from './ids.ts';
import type { PasswordHasher } from './password.ts';
import { hashSecret, newSecret } from './secret.ts';
import { normalizeEmail, type User } from './user.ts';

/** One log-in and all that was refreshed from it. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** Of the one refresh token that is good now. */
  readonly refreshHash: string;
  readonly expiresAt: string;
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokenType: 'Bearer';
  /** Seconds for which the access token is good. */
  readonly expiresIn: number;
}

export const ACCESS_TOKEN_SECONDS = 15 * 60;
const SESSION_SECONDS = 30 * 24 * 3600;

export interface SessionPorts {
  readonly users: {
    find(userId: string): Promise<User | undefined>;
    findByEmail(email: string): Promise<User | undefined>;
  };
  readonly passwords: PasswordHasher;
  readonly sessions: {
    create(session: Session): Promise<void>;
    find(sessionId: string): Promise<Session | undefined>;
    /** Puts the next refresh token in the place of `previousHash`; false where that was not the good one. */
    rotate(
      sessionId: string,
      previousHash: string,
      next: Pick<Session, 'refreshHash' | 'expiresAt'>,
    ): Promise<boolean>;
    remove(sessionId: string): Promise<void>;
  };
  /** Counts one try and tells the seconds to wait where there were too many of late. */
  readonly attempts: {
    count(key: string, limit: AttemptLimit): Promise<number | undefined>;
    /** Takes back one try that has been counted. */
    uncount(key: string, limit: AttemptLimit): Promise<void>;
    forget(key: string): Promise<void>;
  };
  readonly signAccessToken: (subject: { userId: string; sessionId: string }) => Promise<string>;
  readonly now: () => Date;
}

export interface AttemptLimit {
  readonly attempts: number;
  readonly windowSeconds: number;
}

/** A person mistypes; a program guesses. Many people share an address, so only what is wrong counts for long. */
const PER_ACCOUNT: AttemptLimit = { attempts: 10, windowSeconds: 900 };
const PER_ADDRESS: AttemptLimit = { attempts: 100, windowSeconds: 900 };

export class WrongCredentialsError extends DomainError {
  readonly code = 'wrong_credentials';
  readonly kind = 'unauthenticated';

  constructor() {
    super('The email or the password is wrong. Try again, or ask an admin for a password reset.');
  }
}

export class TooManyAttemptsError extends DomainError {
  readonly code = 'too_many_attempts';
  readonly kind = 'too_many';
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(`There were too many log-in attempts. Wait ${retryAfterSeconds} seconds.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class InvalidRefreshTokenError extends DomainError {
  readonly code = 'invalid_refresh_token';
  readonly kind = 'unauthenticated';

  constructor() {
    super('The refresh token is not good (any more). Log in again with POST /v1/sessions.');
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
  const [from, account] = [`address ${address}`, `account ${normalizeEmail(email)}`];
  await countAttempt(from, PER_ADDRESS, ports);
  await countAttempt(account, PER_ACCOUNT, ports);
  const user = await ports.users.findByEmail(normalizeEmail(email));
  const isRight = await ports.passwords.verify(password, user?.passwordHash);
  if (user === undefined || !isRight || user.disabled) throw new WrongCredentialsError();
  await Promise.all([ports.attempts.uncount(from, PER_ADDRESS), ports.attempts.forget(account)]);
  return startSession(user.id, ports);
}

async function countAttempt(key: string, limit: AttemptLimit, { attempts }: SessionPorts): Promise<void> {
  const waitSeconds = await attempts.count(key, limit);
  if (waitSeconds !== undefined) throw new TooManyAttemptsError(waitSeconds);
}

async function startSession(userId: string, ports: SessionPorts): Promise<IssuedTokens> {
  const id = newId('ses');
  const secret = newSecret();
  await ports.sessions.create({ id, userId, refreshHash: hashSecret(secret), expiresAt: sessionEnd(ports) });
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
    expiresAt: sessionEnd(ports),
  });
  const user = rotated ? await ports.users.find(session.userId) : undefined;
  if (user === undefined || user.disabled) {
    await ports.sessions.remove(session.id);
    throw new InvalidRefreshTokenError();
  }
  return issue({ userId: user.id, sessionId: session.id, secret }, ports);
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

const sessionEnd = ({ now }: SessionPorts) =>
  new Date(now().getTime() + SESSION_SECONDS * 1000).toISOString();
