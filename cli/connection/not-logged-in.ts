import { DomainError } from '../../core/domain/entities/errors.ts';

/** Nothing says who asks. */
export class NotLoggedInError extends DomainError {
  readonly code = 'not_logged_in';
  readonly kind = 'unauthenticated';
}
