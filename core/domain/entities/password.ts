import { DomainError } from './errors.ts';

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes as long for no hash as for a wrong password, so that an unknown account can't be told by the time. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

export class WeakPasswordError extends DomainError {
  readonly code = 'weak_password';
  readonly kind = 'unprocessable';

  constructor(reason: string) {
    super(`${reason} Use ten characters or more that nobody would guess, such as four unrelated words.`);
  }
}

export class PasswordConfirmationError extends DomainError {
  readonly code = 'password_confirmation';
  readonly kind = 'unprocessable';

  constructor() {
    super('The password and its confirmation are not the same. Type both again.');
  }
}

const LEAST_CHARACTERS = 10;
const LEAST_DISTINCT = 5;
const COMMON = /^(password|passwort|qwerty|letmein|welcome|admin|iloveyou|12345|abc123)/i;

/** @throws WeakPasswordError, PasswordConfirmationError */
export function checkNewPassword(password: string, confirmation: string, email: string): void {
  if (password !== confirmation) throw new PasswordConfirmationError();
  if ([...password].length < LEAST_CHARACTERS) throw new WeakPasswordError('The password is too short.');
  if (new Set(password).size < LEAST_DISTINCT)
    throw new WeakPasswordError('The password repeats too few characters.');
  const name = email.split('@')[0] ?? '';
  if (COMMON.test(password) || (name.length > 3 && password.toLowerCase().includes(name))) {
    throw new WeakPasswordError('The password is easy to guess.');
  }
}
