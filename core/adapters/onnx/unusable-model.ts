import { DomainError } from '../../domain/entities/errors.ts';
import type { Size } from '../../vision/geometry.ts';
import { listLayouts } from '../../vision/recognise-layout.ts';
import { type LayoutHints, type SeenOutput, UnknownModelLayoutError } from '../../vision/seen-outputs.ts';

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

/** What the outputs may be. @throws UnusableModelError naming those seen and those known. */
export function listOrRefuse(outputs: readonly SeenOutput[], input: Size, hints: LayoutHints) {
  try {
    return listLayouts(outputs, input, hints);
  } catch (cause) {
    if (!(cause instanceof UnknownModelLayoutError)) throw cause;
    throw unknownLayout(cause.message, cause);
  }
}

export const unknownLayout = (message: string, cause?: Error) =>
  new UnusableModelError(message, { code: 'unknown_model_layout', ...(cause && { cause }) });
