import { type AttemptLimit, type Attempts, countAttempt } from '../entities/attempts.ts';
import { checkNewPassword, type PasswordHasher } from '../entities/password.ts';
import type { Principal } from '../entities/principal.ts';
import { type SessionRepository, WrongCredentialsError } from '../entities/session.ts';
import { normalizeEmail, type User, UserNotFoundError, type UserRepository } from '../entities/user.ts';

export interface AccountChanges {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly currentPassword?: string | undefined;
}

export interface ManageAccountPorts {
  readonly passwords: PasswordHasher;
  readonly attempts: Attempts;
  readonly users: Pick<UserRepository, 'find' | 'findPasswordHash' | 'update' | 'remove'>;
  readonly sessions: Pick<SessionRepository, 'removeAll'>;
  /** Asks for everything the user owned to be removed; safe to ask again. */
  readonly requestErasure: (userId: string) => Promise<void>;
}

export async function readAccount(
  { userId }: Principal,
  { users }: Pick<ManageAccountPorts, 'users'>,
): Promise<User> {
  const user = await users.find(userId);
  if (user === undefined) throw new UserNotFoundError(userId);
  return user;
}

/**
 * Changes one's own account. Email and password need the current password; a new password ends all other
 * sessions.
 * @throws TooManyAttemptsError, WrongCredentialsError, WeakPasswordError, EmailTakenError, UserNotFoundError
 */
export async function changeAccount(
  changes: AccountChanges,
  principal: Principal,
  ports: ManageAccountPorts,
): Promise<User> {
  const user = await readAccount(principal, ports);
  const email = changes.email === undefined ? user.email : normalizeEmail(changes.email);
  if (email !== user.email || changes.password !== undefined) {
    const hash = await ports.users.findPasswordHash(user.id);
    await checkCurrentPassword(changes.currentPassword, { user, hash }, ports);
  }
  // An email that stays is not written: it may have moved since it was read.
  const changed = {
    ...(email !== user.email && { email }),
    ...(changes.username !== undefined && { username: changes.username }),
  };
  const secret = changes.password !== undefined && {
    password: { hash: await hashNew(changes.password, email, ports), sessionId: principal.sessionId },
  };
  await ports.users.update(user, { ...changed, ...secret });
  if (changes.password !== undefined) await ports.sessions.removeAll(user.id, principal.sessionId);
  return { ...user, ...changed };
}

/**
 * Takes the account and all it owns away. Who has a password gives it: a session may be another's to use.
 * @throws TooManyAttemptsError, WrongCredentialsError
 */
export async function deleteAccount(
  { currentPassword }: Pick<AccountChanges, 'currentPassword'>,
  principal: Principal,
  ports: ManageAccountPorts,
): Promise<void> {
  const user = await readAccount(principal, ports);
  const hash = await ports.users.findPasswordHash(user.id);
  if (hash !== undefined) await checkCurrentPassword(currentPassword, { user, hash }, ports);
  await ports.requestErasure(user.id);
  await ports.users.remove(user);
  await ports.sessions.removeAll(user.id);
}

/** As many tries as a person needs; whoever holds another's session gets no more. */
const CURRENT_PASSWORD: AttemptLimit = { attempts: 10, windowSeconds: 900 };

async function checkCurrentPassword(
  password: string | undefined,
  { user, hash }: { user: User; hash: string | undefined },
  { attempts, passwords }: ManageAccountPorts,
): Promise<void> {
  const key = `password ${user.id}`;
  await countAttempt(key, CURRENT_PASSWORD, attempts);
  if (!(await passwords.verify(password ?? '', hash))) throw new WrongCredentialsError();
  await attempts.forget(key);
}

async function hashNew(password: string, email: string, { passwords }: ManageAccountPorts): Promise<string> {
  checkNewPassword(password, password, email);
  return passwords.hash(password);
}
