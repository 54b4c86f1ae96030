import { AnalysisOptions } from '../../contracts/analysis-options.ts';
import { BATCH_JOB_LIMIT, type CreateBatchBody } from '../../contracts/http/batches.ts';
import type { BatchMessage } from '../../contracts/messages.ts';
import type { Size } from '../../vision/geometry.ts';
import { checkClasses } from '../analysis/check-classes.ts';
import { chooseDevices, type DevicePorts } from '../analysis/choose-devices.ts';
import { resolveDataset } from '../datasets/manage-datasets.ts';
import {
  type Batch,
  type BatchJob,
  type BatchPart,
  type BatchRepository,
  BatchTooLargeError,
  EmptyBatchError,
  partMessages,
  UnknownImagesError,
} from '../entities/batch.ts';
import type { CreditHold, CreditPrices, CreditState } from '../entities/credits.ts';
import type { Dataset, DatasetItem, DatasetItemRepository, DatasetRepository } from '../entities/dataset.ts';
import { derivedId, newOrigin } from '../entities/ids.ts';
import type { ImageRepository } from '../entities/image.ts';
import { analysisCount } from '../entities/job.ts';
import { type ModelRepository, type RegisteredModel, resolveModels } from '../entities/model.ts';
import { UnknownVideosError, type Video, type VideoLimits, type VideoRepository } from '../entities/video.ts';
import { pairImagesWithModels, type ResultCache } from '../media/result-cache.ts';
import type { RequestContext } from '../request/authenticate.ts';
import { type JobQuota, requireRoomForJobs } from '../request/quota.ts';
import { type CallbackWebhookPorts, resolveCallbackWebhook } from '../webhooks/callback-webhook.ts';
import { divideIntoParts, planBatchJobs, planVideoJobs, withIds, withViews } from './plan-batch.ts';

export interface BatchQueue {
  send(messages: readonly BatchMessage[]): Promise<void>;
}

export interface CreateBatchPorts extends Pick<JobQuota, 'openJobLimit'>, DevicePorts, CallbackWebhookPorts {
  readonly models: Pick<ModelRepository, 'list'>;
  readonly images: Pick<ImageRepository, 'findOwn'>;
  readonly videos: Pick<VideoRepository, 'findOwn'>;
  readonly videoLimits: VideoLimits;
  readonly datasets: Pick<DatasetRepository, 'findByName'>;
  readonly datasetItems: Pick<DatasetItemRepository, 'all'>;
  readonly resultCache: ResultCache;
  readonly batches: Pick<BatchRepository, 'find'> & {
    /**
     * Writes a batch, its plan, its counters and its hold together. @throws InsufficientCreditsError
     * @param payment with the account as it was read.
     * @returns false where there is a batch of that id.
     */
    create(
      batch: Batch,
      parts: readonly BatchPart[],
      payment: { hold?: CreditHold | undefined; credits?: CreditState | undefined },
    ): Promise<boolean>;
  };
  readonly prices: CreditPrices;
  readonly batchQueue: BatchQueue;
  readonly now: () => Date;
}

type CreateBatchContext = RequestContext<'dataset' | 'openJobs' | 'credits'>;

/**
 * Plans one job for each image or video and model, and has them made. Every id is chosen here, and follows from the
 * request, so that whoever makes the jobs may die and be repeated, and so may the request.
 * @throws UnknownModelError, UnknownClassError, GpuUnavailableError, UnknownImagesError, UnknownVideosError, DatasetNotFoundError,
 *   EmptyBatchError, BatchTooLargeError, UnusableVideoError, TooManyViewsError, TooManyOpenJobsError, InsufficientCreditsError,
 *   and what `resolveCallbackWebhook` throws; nothing is charged then.
 */
export async function createBatch(
  body: CreateBatchBody,
  context: CreateBatchContext,
  ports: CreateBatchPorts,
): Promise<Batch> {
  const origin = context.origin ?? newOrigin();
  const id = derivedId('bat', origin.id);
  const made = origin.isRepeat ? await ports.batches.find(id) : undefined;
  if (made !== undefined) return tellWorkers(made, ports);
  const options = body.options ?? AnalysisOptions.parse({});
  const named = await resolveModels(body.models, ports.models);
  checkClasses(options, named);
  const models = chooseDevices(named, options, ports);
  const dataset = body.dataset && (await resolveDataset(body.dataset, context, ports));
  const { imageIds, videos } = await (dataset
    ? listDataset(dataset, ports)
    : listNamed(body, context, ports));
  const jobCount = (imageIds.length + videos.length) * models.length;
  if (jobCount === 0) throw new EmptyBatchError();
  if (jobCount > BATCH_JOB_LIMIT) throw new BatchTooLargeError(jobCount);
  requireRoomForJobs(jobCount, { ...ports, openJobs: context.prefetched.openJobs });
  const analyses = pairImagesWithModels(imageIds, models, options);
  const pass = { framesPerSecond: body.framesPerSecond ?? 1, limits: ports.videoLimits };
  const videoJobs = planVideoJobs(videos, models, pass);
  const imageJobs = planBatchJobs(analyses, await ports.resultCache.find(analyses));
  const sizes = await sizesOf({ imageIds, videos }, options, { context, ports });
  const planned = withViews([...imageJobs, ...videoJobs], { options, models, sizes });
  const jobs = withIds(id, planned);
  const webhookId = body.webhook && (await resolveCallbackWebhook(body.webhook, context.principal, ports));
  const parts = divideIntoParts(id, jobs);
  const batch: Batch = {
    id,
    userId: context.principal.userId,
    models: models.map(nameOf),
    options,
    ...(dataset && { dataset: dataset.id }),
    ...(webhookId !== undefined && { webhookId }),
    jobCount,
    ...(videoJobs.length > 0 && { videoJobCount: videoJobs.length }),
    partCount: parts.length,
    createdAt: ports.now().toISOString(),
  };
  const { credits } = context.prefetched;
  const hold = holdFor(batch, jobs, ports.prices);
  const isNew = await ports.batches.create(batch, parts, { hold, credits });
  // The same request came twice at once: the batch is the other's.
  return tellWorkers(isNew ? batch : ((await ports.batches.find(id)) ?? batch), ports);
}

async function tellWorkers(batch: Batch, { batchQueue }: CreateBatchPorts): Promise<Batch> {
  await batchQueue.send(partMessages(batch));
  return batch;
}

/** Sizes matter to tiles only. */
async function sizesOf(
  { imageIds, videos }: BatchItems,
  { tiles }: AnalysisOptions,
  { context, ports }: { context: CreateBatchContext; ports: CreateBatchPorts },
): Promise<ReadonlyMap<string, Size>> {
  if (tiles === undefined) return new Map();
  const images = await ports.images.findOwn(imageIds, context.principal.userId);
  return new Map<string, Size>([...images, ...videos.map((video) => [video.id, video] as const)]);
}

/** Within this time all jobs are made. */
const HOLD_MS = 24 * 3600 * 1000;

/** What is charged as its jobs are made; known results cost nothing. */
function holdFor(
  { id, userId, createdAt }: Batch,
  jobs: readonly BatchJob[],
  { analysis }: CreditPrices,
): CreditHold | undefined {
  const toMake = jobs.filter(({ resultOf }) => resultOf === undefined);
  const left = toMake.reduce((sum, job) => sum + analysisCount(job), 0) * analysis;
  const expiresAt = new Date(Date.parse(createdAt) + HOLD_MS).toISOString();
  return left === 0 ? undefined : { userId, id, left, expiresAt };
}

const nameOf = ({ id, version }: RegisteredModel) => ({ id, version });

interface BatchItems {
  readonly imageIds: readonly string[];
  readonly videos: readonly Video[];
}

/** What is asked for, each once. */
async function listNamed(
  { images = [], videos = [] }: CreateBatchBody,
  { principal: { userId } }: CreateBatchContext,
  ports: CreateBatchPorts,
): Promise<BatchItems> {
  const foundImages = await ports.images.findOwn(images, userId);
  const missingImages = images.filter((reference) => !foundImages.has(reference));
  if (missingImages.length > 0) throw new UnknownImagesError(missingImages);
  const foundVideos = await ports.videos.findOwn(videos, userId);
  const missingVideos = videos.filter((id) => !foundVideos.has(id));
  if (missingVideos.length > 0) throw new UnknownVideosError(missingVideos);
  return {
    imageIds: [...new Set(images.flatMap((reference) => foundImages.get(reference)?.id ?? []))],
    videos: [...new Set(videos)].flatMap((id) => foundVideos.get(id) ?? []),
  };
}

/** What is being deleted just now, or whose time is over, is left out. */
async function listDataset({ id, userId }: Dataset, ports: CreateBatchPorts): Promise<BatchItems> {
  const items = await ports.datasetItems.all(id);
  const idsOf = (wanted: DatasetItem['type']) =>
    items.filter(({ type }) => type === wanted).map(({ itemId }) => itemId);
  const images = await ports.images.findOwn(idsOf('image'), userId);
  const videos = await ports.videos.findOwn(idsOf('video'), userId);
  return { imageIds: [...images.keys()], videos: [...videos.values()] };
}
