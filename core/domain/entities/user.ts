import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import { DomainError } from './errors.ts';

export type Role = 'user' | 'admin';

export interface User {
  readonly id: string;
  /** Lower case; it is what one logs in with. */
  readonly email: string;
  readonly username: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAt: string;
  /** Goes up where log-ins are ended: only those of the present one are good. Absent at first. */
  readonly sessionEpoch?: number;
  /** The same of API keys: a reset of the password ends them, and nothing else does. */
  readonly apiKeyEpoch?: number;
}

export type UserChanges = Partial<Pick<User, 'email' | 'username' | 'role' | 'disabled'>> & {
  /** Ends all log-ins but that which it came by. */
  readonly password?: { readonly hash: string; readonly sessionId: string | undefined };
};

/** Where users are kept, with the claims on their emails and, out of others' reach, the hashes of their passwords. */
export interface UserRepository {
  find(userId: string): Promise<User | undefined>;
  findByEmail(email: string): Promise<User | undefined>;
  /** @returns undefined for users of another issuer, who have no password here, and for nobody. */
  findPasswordHash(userId: string): Promise<string | undefined>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<User>>;
  /**
   * Writes the user, the hash of the password, the claim on the email and, where given, the end of the invite together.
   * @returns what was already so, where it could not be written.
   */
  create(
    user: User,
    secrets: { passwordHash: string; inviteHash?: string | undefined },
  ): Promise<'created' | 'email_taken' | 'invite_used'>;
  /**
   * Writes what is given and leaves the rest as it is by now.
   * @param by the admin who does so, who must be one until then: of two who take each other's rights one is left.
   * @throws UserNotFoundError, EmailTakenError, AdminOnlyError; WrongCredentialsError where the email or the password is to be another
   *   and either has changed since `user` was read: what was proved then is no longer so.
   */
  update(user: User, changes: UserChanges, by?: string): Promise<void>;
  /**
   * Puts another password in the place of whatever there is, and ends all log-ins and API keys with it, also those that
   * are being made. @returns false where another reset was faster since `user` was read, or the account is gone
   */
  resetPassword(user: User, hash: string): Promise<boolean>;
  /**
   * Takes the account, its password and its email away at once; what it owned goes afterwards.
   * @throws WrongCredentialsError where the password has changed since `user` was read
   */
  remove(user: User): Promise<void>;
}

export const normalizeEmail = (email: string) => email.trim().toLowerCase();

export class UserNotFoundError extends DomainError {
  readonly code = 'user_not_found';
  readonly kind = 'not_found';

  constructor(user: string) {
    super(`There is no user ${user}. GET /v1/users lists them.`);
  }
}

export class EmailTakenError extends DomainError {
  readonly code = 'email_taken';
  readonly kind = 'conflict';

  constructor() {
    super('There is already an account with this email. Log in with POST /v1/sessions.');
  }
}
