import { randomUUID } from 'node:crypto';
import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import type { Keep } from '../../contracts/http/images.ts';
import type { AnalysisMessage } from '../../contracts/messages.ts';
import { checkClasses } from '../analysis/check-classes.ts';
import { requireDataset } from '../datasets/manage-datasets.ts';
import type { DatasetItem } from '../entities/dataset.ts';
import { planJobs, toBeMade } from '../entities/job.ts';
import { type ModelCatalogue, resolveModels } from '../entities/model.ts';
import type { RequestContext } from '../request/authenticate.ts';
import { type JobQuota, requireRoomForJobs } from '../request/quota.ts';
import { type StoredImage, type StoreImagePorts, storeAndRecord } from './store-image.ts';

export interface UploadImage {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly models: readonly string[];
  readonly keep: Keep;
  readonly options: AnalysisOptions;
  readonly retentionDays?: number | undefined;
  /** Into which the image goes, too. */
  readonly dataset?: string | undefined;
}

export interface AnalysisQueue {
  /** Queues the jobs of one user. */
  send(messages: readonly AnalysisMessage[], userId: string): Promise<void>;
}

export interface UploadImagePorts extends StoreImagePorts, Pick<JobQuota, 'openJobLimit'> {
  readonly models: ModelCatalogue;
  readonly images: StoreImagePorts['images'] & {
    /**
     * Charges what it costs, and puts it into a dataset, in the same transaction.
     * @throws ContentTakenError, InsufficientCreditsError, DatasetNotFoundError
     */
    create(stored: StoredImage, item: DatasetItem | undefined): Promise<void>;
  };
  readonly analysisQueue: AnalysisQueue;
}

/**
 * Stores an image that came in the request itself and queues its jobs.
 * @throws UnknownModelError, UnknownClassError, TooManyOpenJobsError, DatasetNotFoundError,
 *   UnusableImageError, InsufficientCreditsError; nothing is stored or charged then.
 */
export async function uploadImage(
  request: UploadImage,
  context: RequestContext<'dataset' | 'openJobs'>,
  ports: UploadImagePorts,
): Promise<StoredImage> {
  const { dataset } = request;
  const { userId } = context.principal;
  if (dataset !== undefined) requireDataset(dataset, context);
  const models = await resolveModels(request.models, ports.models);
  checkClasses(request.options, models);
  requireRoomForJobs(models.length, { ...ports, openJobs: context.prefetched.openJobs });
  const stored = await storeAndRecord(
    { ...request, imageId: randomUUID(), userId, jobs: planJobs(models) },
    (each) => ports.images.create(each, itemFor(dataset, each, ports.now())),
    ports,
  );
  await ports.analysisQueue.send(
    toBeMade(stored.jobs).map((job) => ({ jobId: job.id })),
    userId,
  );
  return stored;
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
