import {
  type AnalysisOptions,
  type AppliedOptions,
  PRODUCT_DEFAULTS,
} from '../../contracts/analysis-options.ts';
import type { ModelManifest } from '../../contracts/model-manifest.ts';

/** What a job asks for, then what suits its model, then the product's own. */
export function applyDefaults(
  { device: _, ...options }: AnalysisOptions,
  { defaults = {} }: Pick<ModelManifest, 'defaults'>,
): AppliedOptions {
  return {
    ...options,
    confidence: options.confidence ?? defaults.confidence ?? PRODUCT_DEFAULTS.confidence,
    iou: options.iou ?? defaults.iou ?? PRODUCT_DEFAULTS.iou,
    maxDetections: options.maxDetections ?? defaults.maxDetections ?? PRODUCT_DEFAULTS.maxDetections,
    classAgnosticNms:
      options.classAgnosticNms ?? defaults.classAgnosticNms ?? PRODUCT_DEFAULTS.classAgnosticNms,
  };
}
