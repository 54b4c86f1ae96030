import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import type { Keep } from '../../contracts/http/images.ts';
import { checkClasses } from '../analysis/check-classes.ts';
import { chooseDevices, type DevicePorts } from '../analysis/choose-devices.ts';
import { resolveDataset } from '../datasets/manage-datasets.ts';
import type { DatasetItem, DatasetRepository } from '../entities/dataset.ts';
import { derivedUuid, newOrigin, type RequestOrigin } from '../entities/ids.ts';
import { contentHashOf } from '../entities/image.ts';
import {
  firstMessageOf,
  type Job,
  planJobs,
  plannedJobId,
  type QueuedAnalysis,
  selectQueued,
} from '../entities/job.ts';
import { type ModelCatalogue, resolveModels } from '../entities/model.ts';
import type { RequestContext } from '../request/authenticate.ts';
import { type JobQuota, requireRoomForJobs } from '../request/quota.ts';
import { type FoundContent, type StoredImage, type StoreImagePorts, storeAndRecord } from './store-image.ts';

export interface UploadImage {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly models: readonly string[];
  readonly keep: Keep;
  readonly options: AnalysisOptions;
  readonly retentionDays?: number | undefined;
  /** Into which the image goes, too: its id or name. */
  readonly dataset?: string | undefined;
  /** Whether what is known of the bytes was looked for with who asks. */
  readonly isContentPrefetched?: boolean;
}

export interface AnalysisQueue {
  /** Queues the jobs of one user, each for the device that it runs on. */
  send(messages: readonly QueuedAnalysis[], userId: string): Promise<void>;
}

export interface UploadImagePorts extends StoreImagePorts, DevicePorts, Pick<JobQuota, 'openJobLimit'> {
  readonly models: ModelCatalogue;
  readonly datasets: Pick<DatasetRepository, 'findByName'>;
  readonly jobs: { findAll(jobIds: readonly string[]): Promise<Job[]> };
  readonly images: StoreImagePorts['images'] & {
    /**
     * Charges what it costs, and puts it into a dataset, in the same transaction, unless that has been done under
     * the same ids.
     * @throws ContentTakenError, InsufficientCreditsError, DatasetNotFoundError
     */
    create(stored: StoredImage, item: DatasetItem | undefined): Promise<void>;
  };
  readonly analysisQueue: AnalysisQueue;
}

/**
 * Stores an image that came in the request itself and queues its jobs.
 * @throws UnknownModelError, UnknownClassError, GpuUnavailableError, TooManyOpenJobsError, DatasetNotFoundError,
 *   UnusableImageError, InsufficientCreditsError; nothing is stored or charged then.
 */
export async function uploadImage(
  request: UploadImage,
  context: UploadContext,
  ports: UploadImagePorts,
): Promise<UploadedImage> {
  const origin = context.origin ?? newOrigin();
  const made = origin.isRepeat ? await findMade(request, { ...context, origin }, ports) : undefined;
  const stored = made ?? (await storeRequested(request, { ...context, origin }, ports));
  const messages = selectQueued(stored.jobs).map((job) => firstMessageOf(job, stored.image));
  await ports.analysisQueue.send(messages, context.principal.userId);
  return stored;
}

type UploadContext = RequestContext<'dataset' | 'openJobs' | 'content' | 'credits'>;
type UploadedImage = Pick<StoredImage, 'image' | 'jobs' | 'datasets'>;
type OriginContext = UploadContext & { readonly origin: RequestOrigin };

/** What the same request has made before; undefined where it made no jobs, and storing again is safe. */
async function findMade(
  { bytes, models: names }: UploadImage,
  { principal: { userId }, origin }: OriginContext,
  ports: UploadImagePorts,
): Promise<UploadedImage | undefined> {
  const jobs = await ports.jobs.findAll(names.map((_, index) => plannedJobId(origin, index)));
  if (jobs.length === 0) return undefined;
  const { image, datasets } = await ports.images.readContent(userId, contentHashOf(bytes));
  return image && { image, jobs, datasets };
}

async function storeRequested(
  request: UploadImage,
  context: OriginContext,
  ports: UploadImagePorts,
): Promise<UploadedImage> {
  const { origin } = context;
  const { userId } = context.principal;
  const { dataset } = request;
  const datasetId = dataset === undefined ? undefined : (await resolveDataset(dataset, context, ports)).id;
  const named = await resolveModels(request.models, ports.models);
  checkClasses(request.options, named);
  const models = chooseDevices(named, request.options, ports);
  requireRoomForJobs(models.length, { ...ports, openJobs: context.prefetched.openJobs });
  const stored = await storeAndRecord(
    {
      ...request,
      imageId: derivedUuid(origin.id),
      userId,
      jobs: planJobs(models, origin),
      found: foundOf(request, context),
    },
    (each) => ports.images.create(each, itemFor(datasetId, each, ports.now())),
    ports,
  );
  return { ...stored, datasets: [...new Set([...stored.datasets, ...(datasetId ? [datasetId] : [])])] };
}

/** What was prefetched of the bytes. */
function foundOf(
  { isContentPrefetched }: UploadImage,
  { prefetched: { content, credits } }: UploadContext,
): FoundContent | undefined {
  return isContentPrefetched === true && credits !== undefined
    ? { imageId: content?.imageId, credits }
    : undefined;
}

/** What puts an image into a dataset that it is not in. */
function itemFor(
  datasetId: string | undefined,
  { image, datasets }: StoredImage,
  at: Date,
): DatasetItem | undefined {
  if (datasetId === undefined || datasets.includes(datasetId)) return undefined;
  const { id: itemId, userId, cost = 0 } = image;
  return { datasetId, userId, type: 'image', itemId, cost, addedAt: at.toISOString() };
}
