import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import type { Size } from '../../vision/geometry.ts';
import { type Batch, type BatchJob, type BatchPart, JOBS_PER_PART, shardOf } from '../entities/batch.ts';
import { derivedId } from '../entities/ids.ts';
import { type Job, type ModelVersion, modelReference, placed, viewsOf } from '../entities/job.ts';
import type { RegisteredModel } from '../entities/model.ts';
import { planPass, type Video, type VideoLimits } from '../entities/video.ts';
import { type Analysis, type CachedResults, resultCacheKey } from '../media/result-cache.ts';

/** A job of a batch whose id is still to be chosen. */
type Unnamed = Omit<BatchJob, 'id'>;

/** Ids follow from the batch and the place in it. */
export const withIds = (batchId: string, jobs: readonly Unnamed[]): BatchJob[] =>
  jobs.map((job, index) => ({ id: derivedId('job', batchId, index), ...job }));

/** Gives each analysis a job, which takes its result from an earlier one where there is one. */
export function planBatchJobs(analyses: readonly Analysis[], known: CachedResults): Unnamed[] {
  return analyses.map((analysis) => {
    const resultOf = known.get(resultCacheKey(analysis))?.jobId;
    return {
      mediaId: analysis.imageId,
      model: placed(analysis.model),
      ...(resultOf !== undefined && { resultOf }),
    };
  });
}

/** Each video with each model. @throws UnusableVideoError where one gives too many frames. */
export function planVideoJobs(
  videos: readonly Video[],
  models: readonly ModelVersion[],
  { framesPerSecond, limits }: { readonly framesPerSecond: number; readonly limits: VideoLimits },
): Unnamed[] {
  return videos.flatMap((video) => {
    const pass = planPass(video, framesPerSecond, limits);
    return models.map((model) => ({
      mediaId: video.id,
      model: nameOf(model),
      video: pass,
    }));
  });
}

/**
 * The jobs with how often each looks, where tiles are asked for and the size is known.
 * @throws TooManyViewsError
 */
export function withViews(
  jobs: readonly Unnamed[],
  { options, models, sizes }: ViewsOfBatch,
): readonly Unnamed[] {
  if (options.tiles === undefined) return jobs;
  const sideOf = new Map(
    models.map((model) => [modelReference(model), Math.min(model.inputSize.width, model.inputSize.height)]),
  );
  return jobs.map((job) => {
    const size = sizes.get(job.mediaId);
    const inputSide = sideOf.get(modelReference(job.model));
    return size === undefined ? job : { ...job, ...viewsOf(size, options, { ...job, inputSide }) };
  });
}

interface ViewsOfBatch {
  readonly options: AnalysisOptions;
  readonly models: readonly RegisteredModel[];
  /** Of images and videos, by their ids. */
  readonly sizes: ReadonlyMap<string, Size>;
}

const nameOf = ({ id, version }: ModelVersion): ModelVersion => ({ id, version });

/** A batch's jobs in parts, each worked on as a whole. */
export function divideIntoParts(batchId: string, jobs: readonly BatchJob[]): BatchPart[] {
  return Array.from({ length: Math.ceil(jobs.length / JOBS_PER_PART) }, (_, part) => ({
    batchId,
    part,
    jobs: jobs.slice(part * JOBS_PER_PART, (part + 1) * JOBS_PER_PART),
    madeCount: 0,
    revision: 0,
  }));
}

/** Where a job stands in its batch. */
export interface BatchPlace {
  readonly batch: Batch;
  /** Within its part. */
  readonly position: number;
}

/** A planned job as it begins. */
export const queuedBatchJob = (
  { id, mediaId, model, video, views }: Omit<BatchJob, 'resultOf'>,
  { batch, position }: BatchPlace,
  createdAt: string,
): Job => ({
  id,
  userId: batch.userId,
  mediaId,
  model,
  options: batch.options,
  status: 'queued',
  ...(video !== undefined && { video, segmentsDone: 0 }),
  ...(views !== undefined && { views }),
  batch: { id: batch.id, shard: shardOf(position) },
  createdAt,
  attempts: 0,
});
