import { DomainError } from '../../domain/errors.ts';
import type { Size } from '../../vision/geometry.ts';
import {
  type ModelLayout,
  recogniseLayout,
  type Shape,
  UnknownModelLayoutError,
} from '../../vision/model-layout.ts';

/** The weights can't be run by this product. */
export class UnusableModelError extends DomainError {
  readonly code = 'unusable_model';
  readonly kind = 'unprocessable';
}

/** @throws UnusableModelError naming the shapes seen and those known. */
export function recogniseOrRefuse(shapes: readonly Shape[], input: Size, classCount?: number): ModelLayout {
  try {
    return recogniseLayout(shapes, input, classCount);
  } catch (cause) {
    if (cause instanceof UnknownModelLayoutError) throw new UnusableModelError(cause.message, { cause });
    throw cause;
  }
}
