import { type Attempts, countAttempt } from '../entities/attempts.ts';
import { DomainError } from '../entities/errors.ts';
import { newId } from '../entities/ids.ts';
import { checkNewPassword, type PasswordHasher } from '../entities/password.ts';
import { hashSecret } from '../entities/secret.ts';
import {
  EmailTakenError,
  normalizeEmail,
  type Role,
  type User,
  type UserRepository,
} from '../entities/user.ts';

export type Registration = 'open' | 'invite' | 'closed';

export interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly passwordConfirmation: string;
  readonly username?: string | undefined;
  readonly invite?: string | undefined;
  /** From which it is asked for. */
  readonly address: string;
}

export interface RegisterUserPorts {
  readonly registration: Registration;
  /** Accounts that may be asked for from one address within an hour. */
  readonly registrationsPerHour: number;
  readonly attempts: Pick<Attempts, 'count'>;
  readonly links: {
    /** Whether the link is there, and in date. */
    isGood(hash: string, purpose: 'invite'): Promise<boolean>;
  };
  readonly passwords: PasswordHasher;
  readonly users: Pick<UserRepository, 'create'>;
  readonly now: () => Date;
}

export type CreateAccountPorts = Pick<RegisterUserPorts, 'passwords' | 'users' | 'now'>;

export class RegistrationClosedError extends DomainError {
  readonly code = 'registration_closed';
  readonly kind = 'forbidden';

  constructor() {
    super('Registration is closed. Ask an admin for an account.');
  }
}

export class InvalidInviteError extends DomainError {
  readonly code = 'invalid_invite';
  readonly kind = 'forbidden';

  constructor() {
    super('Registration needs an invite that is neither used nor expired. Ask an admin for one.');
  }
}

/**
 * Makes an account.
 * @throws RegistrationClosedError, InvalidInviteError, WeakPasswordError, PasswordConfirmationError,
 * TooManyAttemptsError, EmailTakenError
 */
export async function registerUser(account: NewAccount, ports: RegisterUserPorts): Promise<User> {
  const { registration } = ports;
  if (registration === 'closed') throw new RegistrationClosedError();
  if (registration === 'invite' && account.invite === undefined) throw new InvalidInviteError();
  const email = normalizeEmail(account.email);
  checkNewPassword(account.password, account.passwordConfirmation, email);
  const perHour = { attempts: ports.registrationsPerHour, windowSeconds: 3600 };
  await countAttempt(`registration ${account.address}`, perHour, ports.attempts);
  const inviteHash = account.invite === undefined ? undefined : hashSecret(account.invite);
  // Hashing a password takes 128 MiB, so the invite is checked first.
  if (inviteHash !== undefined && !(await ports.links.isGood(inviteHash, 'invite')))
    throw new InvalidInviteError();
  return createAccount({ ...account, email, role: 'user' }, ports, inviteHash);
}

/** @throws EmailTakenError, InvalidInviteError */
export async function createAccount(
  account: { email: string; password: string; username?: string | undefined; role: Role },
  ports: CreateAccountPorts,
  inviteHash?: string,
): Promise<User> {
  const user: User = {
    id: newId('usr'),
    email: account.email,
    username: account.username ?? (account.email.split('@')[0] as string),
    role: account.role,
    disabled: false,
    createdAt: ports.now().toISOString(),
  };
  const passwordHash = await ports.passwords.hash(account.password);
  const outcome = await ports.users.create(user, { passwordHash, inviteHash });
  if (outcome === 'email_taken') throw new EmailTakenError();
  if (outcome === 'invite_used') throw new InvalidInviteError();
  return user;
}
