import { randomUUID } from 'node:crypto';
import type { AnalysisOptions } from '../contracts/analysis-options.ts';
import type { Keep } from '../contracts/http/images.ts';
import type { AnalysisMessage } from '../contracts/messages.ts';
import { checkClasses } from './check-classes.ts';
import { planJobs } from './job.ts';
import { addToDataset, type DatasetPorts, findDataset } from './manage-datasets.ts';
import { type ModelCatalogue, resolveModels } from './model.ts';
import type { Principal } from './principal.ts';
import { type JobQuota, requireRoomForJobs } from './quota.ts';
import { type StoredPicture, type StorePicturePorts, takeIn } from './store-picture.ts';

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

export interface UploadImagePorts extends StorePicturePorts, DatasetPorts, JobQuota {
  readonly models: ModelCatalogue;
  readonly images: StorePicturePorts['images'] & {
    /** Charges what it costs in the same transaction. @throws ContentTakenError, InsufficientCreditsError */
    create(stored: StoredPicture): Promise<void>;
  };
  readonly analysisQueue: AnalysisQueue;
}

/**
 * Stores a picture that came in the request itself and queues its jobs.
 * @throws UnknownModelError, UnknownClassError, TooManyOpenJobsError, DatasetNotFoundError,
 *   UnusablePictureError, InsufficientCreditsError; nothing is stored or charged then.
 */
export async function uploadImage(
  request: UploadImage,
  principal: Principal,
  ports: UploadImagePorts,
): Promise<StoredPicture> {
  const models = await resolveModels(request.models, ports.models);
  checkClasses(request.options, models);
  await requireRoomForJobs(models.length, principal.userId, ports);
  if (request.dataset !== undefined) await findDataset(request.dataset, principal, ports);
  const stored = await takeIn(
    { ...request, imageId: randomUUID(), userId: principal.userId, jobs: planJobs(models) },
    ports.images.create,
    ports,
  );
  if (request.dataset !== undefined) {
    await addToDataset(request.dataset, { type: 'image', thing: stored.image }, principal, ports);
  }
  await ports.analysisQueue.send(
    stored.jobs.map((job) => ({ jobId: job.id })),
    principal.userId,
  );
  return stored;
}
