import type { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';

/** What a worker needs before its first photograph. */
export interface WorkerSetup {
  readonly weights: Uint8Array;
  readonly manifest: ModelManifest;
  readonly options: AnalysisOptions;
  readonly threads: number;
}

export interface PhotoTask {
  readonly index: number;
  /** As it was given; the result's image id. */
  readonly name: string;
  readonly path: string;
  /** Where to draw the overlay, if anywhere. */
  readonly overlayPath: string | undefined;
}

/** Take nothing more, and end. A thread that is terminated while it infers takes the whole process with it. */
export interface Stop {
  readonly stop: true;
}

/** The result document as JSON, or why there is none. */
export type PhotoOutcome =
  | { readonly index: number; readonly json: string }
  | { readonly index: number; readonly failure: { readonly code: string; readonly message: string } };

export type WorkerMessage = { readonly ready: true } | PhotoOutcome;
