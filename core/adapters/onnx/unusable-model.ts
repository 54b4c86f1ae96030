import { DomainError } from '../../domain/errors.ts';

/** The weights can't be run by this product. */
export class UnusableModelError extends DomainError {
  readonly code = 'unusable_model';
  readonly kind = 'unprocessable';
}
