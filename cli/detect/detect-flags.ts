import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import type { AnalysisFlags } from '../options/read-options.ts';

export interface DetectFlags extends AnalysisFlags {
  readonly model?: string;
  readonly family?: ModelManifest['family'];
  readonly json?: boolean;
  readonly overlay?: string;
  readonly recursive?: boolean;
  readonly workers?: number;
}
