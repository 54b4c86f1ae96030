import { DomainError } from '../../core/domain/entities/errors.ts';

/** A folder, a pipe or a device stands where a photograph was named. */
export class NoRegularFileError extends DomainError {
  readonly code = 'no_regular_file';
  readonly kind = 'unprocessable';

  constructor() {
    super('It is no file that can be read from beginning to end, but a folder, pipe or device.');
  }
}
