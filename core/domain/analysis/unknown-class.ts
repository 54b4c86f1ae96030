import type { ModelManifest } from '../../contracts/model-manifest.ts';
import { DomainError, nameSome } from '../entities/errors.ts';

/** The options name a class that the model does not know. */
export class UnknownClassError extends DomainError {
  readonly code = 'unknown_class';
  readonly kind = 'unprocessable';

  constructor(name: string, { id, version, classes }: ModelManifest) {
    super(`Model ${id}@${version} knows no class "${name}". It knows: ${nameSome(classes)}.`);
  }
}
