import { createHash } from 'node:crypto';
import { type AnalysisOptions, AppliedOptions } from '../../contracts/analysis-options.ts';
import type { ClassSummary } from '../../contracts/result-document.ts';
import { applyDefaults } from '../analysis/apply-defaults.ts';
import type { HashedModel, Job } from '../entities/job.ts';

/** What decides a result: the same analysis gives the same one. */
export interface Analysis {
  readonly imageId: string;
  readonly model: HashedModel;
  readonly options: AnalysisOptions;
}

/** Every image with every model, an image's models side by side. */
export function pairImagesWithModels(
  imageIds: readonly string[],
  models: readonly HashedModel[],
  options: AnalysisOptions,
): Analysis[] {
  return imageIds.flatMap((imageId) => models.map((model) => ({ imageId, model, options })));
}

/** What an analysis has found, and the job that made it. */
export interface CachedResult {
  readonly jobId: string;
  readonly summary: ClassSummary[];
}

/** Analyses that have been made, by `resultCacheKey`. */
export type CachedResults = ReadonlyMap<string, CachedResult>;

/** A job that takes the result of an earlier one, as it begins. */
export const withCachedResult = (job: Job, { jobId, summary }: CachedResult, now: Date): Job => ({
  ...job,
  status: 'succeeded',
  resultOf: jobId,
  summary,
  finishedAt: now.toISOString(),
});

export interface ResultCache {
  find(analyses: readonly Analysis[]): Promise<CachedResults>;
}

/**
 * What of an analysis is not its image. What is asked for and what was applied give the same: defaults are filled in,
 * and options put into their one order.
 */
export const analysisFingerprint = ({ model, options }: Omit<Analysis, 'imageId'>) => {
  const applied = AppliedOptions.parse(applyDefaults(options, model));
  return createHash('sha256')
    .update(JSON.stringify([model.id, model.version, model.sha256, applied]))
    .digest('hex');
};

export const resultCacheKey = (analysis: Analysis) => `${analysis.imageId} ${analysisFingerprint(analysis)}`;
