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
