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
  /** Absent for users of another issuer: they have no password here. */
  readonly passwordHash?: string;
}

/** Where users are kept, with the claims on their emails. */
export interface UserRepository {
  find(userId: string): Promise<User | undefined>;
  findByEmail(email: string): Promise<User | undefined>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<User>>;
  /**
   * Writes the user, the claim on the email and, where given, the end of the invite together.
   * @returns what was already so, where it could not be written.
   */
  create(user: User, inviteHash?: string): Promise<'created' | 'email_taken' | 'invite_used'>;
  /** @returns false where the new email is another's. */
  update(user: User, changes: Partial<User>): Promise<boolean>;
  /** Takes the account away at once; what it owned goes afterwards. */
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
