import { createHash } from 'node:crypto';
import { AnalysisOptions } from '../contracts/analysis-options.ts';
import type { ModelVersion } from './job.ts';

/** What decides a result: the same analysis gives the same one. */
export interface Analysis {
  readonly imageId: string;
  readonly model: ModelVersion & { readonly sha256: string };
  readonly options: AnalysisOptions;
}

/** Analyses that have been made: the job that made each, by `knownResultKey`. */
export type KnownResults = ReadonlyMap<string, string>;

export interface FindKnownResults {
  find(analyses: readonly Analysis[]): Promise<KnownResults>;
}

/** What of an analysis is not its image. Options read back from anywhere are put into their one order first. */
export const analysisFingerprint = ({ model, options }: Omit<Analysis, 'imageId'>) =>
  createHash('sha256')
    .update(JSON.stringify([model.id, model.version, model.sha256, AnalysisOptions.parse(options)]))
    .digest('hex');

export const knownResultKey = (analysis: Analysis) => `${analysis.imageId} ${analysisFingerprint(analysis)}`;
