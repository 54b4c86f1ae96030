import { DomainError } from '../../domain/entities/errors.ts';
import type { Size } from '../../vision/geometry.ts';
import {
  AmbiguousLayoutError,
  type LayoutHints,
  type ModelLayout,
  recogniseLayout,
  type Shape,
  UnknownModelLayoutError,
} from '../../vision/model-layout.ts';

export type UnusableModelCode =
  | 'no_onnx_model'
  | 'custom_operators'
  | 'external_weights'
  | 'unknown_model_layout'
  | 'manifest_mismatch'
  | 'unusable_model';

/** The weights can't be run by this product. */
export class UnusableModelError extends DomainError {
  readonly code: UnusableModelCode;
  readonly kind = 'unprocessable';

  constructor(message: string, options: ErrorOptions & { readonly code?: UnusableModelCode } = {}) {
    super(message, options);
    this.code = options.code ?? 'unusable_model';
  }
}

/** @throws UnusableModelError naming the shapes seen and those known. */
export function recogniseOrRefuse(shapes: readonly Shape[], input: Size, hints: LayoutHints): ModelLayout {
  try {
    return recogniseLayout(shapes, input, hints);
  } catch (cause) {
    if (cause instanceof UnknownModelLayoutError || cause instanceof AmbiguousLayoutError) {
      throw new UnusableModelError(cause.message, { cause, code: 'unknown_model_layout' });
    }
    throw cause;
  }
}
