import { AnalysisOptions } from '../contracts/analysis-options.ts';
import { BATCH_JOB_LIMIT, type CreateBatchBody } from '../contracts/http/batches.ts';
import type { BatchMessage } from '../contracts/messages.ts';
import {
  type Batch,
  type BatchJob,
  type BatchPart,
  BatchTooLargeError,
  EmptyBatchError,
  UnknownImagesError,
} from './batch.ts';
import { checkClasses } from './check-classes.ts';
import type { CreditHold, CreditPrices } from './credits.ts';
import type { Dataset, DatasetItem } from './dataset.ts';
import { newId } from './ids.ts';
import type { Image } from './image.ts';
import type { FindKnownResults } from './known-result.ts';
import { findDataset } from './manage-datasets.ts';
import { type ModelCatalogue, type RegisteredModel, resolveModels } from './model.ts';
import { divide, pairUp, planBatchJobs } from './plan-batch.ts';
import type { Principal } from './principal.ts';
import { type JobQuota, requireRoomForJobs } from './quota.ts';

export interface BatchQueue {
  send(messages: readonly BatchMessage[]): Promise<void>;
}

export interface CreateBatchPorts extends JobQuota {
  readonly models: ModelCatalogue;
  /** The user's own images among `references` (ids or hashes), by reference. */
  readonly images: { findOwn(references: readonly string[], userId: string): Promise<Map<string, Image>> };
  readonly datasets: { find(datasetId: string): Promise<Dataset | undefined> };
  readonly datasetItems: { all(datasetId: string): Promise<DatasetItem[]> };
  readonly knownResults: FindKnownResults;
  readonly batches: {
    /** Writes a batch, its plan, its counters and its hold together. @throws InsufficientCreditsError */
    create(batch: Batch, parts: readonly BatchPart[], hold: CreditHold | undefined): Promise<void>;
  };
  readonly prices: CreditPrices;
  readonly batchQueue: BatchQueue;
  readonly now: () => Date;
}

/**
 * Plans one job for each image and model, and has them made. Every id is chosen here, so that whoever makes the
 * jobs may die and be repeated.
 * @throws UnknownModelError, UnknownClassError, UnknownImagesError, DatasetNotFoundError, EmptyBatchError,
 *   BatchTooLargeError, TooManyOpenJobsError, InsufficientCreditsError; nothing is written then.
 */
export async function createBatch(
  body: CreateBatchBody,
  principal: Principal,
  ports: CreateBatchPorts,
): Promise<Batch> {
  const options = body.options ?? AnalysisOptions.parse({});
  const models = await resolveModels(body.models, ports.models);
  checkClasses(options, models);
  const imageIds = await listImages(body, principal, ports);
  const jobCount = imageIds.length * models.length;
  if (jobCount === 0) throw new EmptyBatchError();
  if (jobCount > BATCH_JOB_LIMIT) throw new BatchTooLargeError(jobCount);
  await requireRoomForJobs(jobCount, principal.userId, ports);
  const analyses = pairUp(imageIds, models, options);
  const jobs = planBatchJobs(analyses, await ports.knownResults.find(analyses));
  const id = newId('bat');
  const parts = divide(id, jobs);
  const batch: Batch = {
    id,
    userId: principal.userId,
    models: models.map(nameOf),
    options,
    ...(body.dataset !== undefined && { dataset: body.dataset }),
    jobCount,
    partCount: parts.length,
    createdAt: ports.now().toISOString(),
  };
  await ports.batches.create(batch, parts, holdFor(batch, jobs, ports.prices));
  await ports.batchQueue.send(parts.map(({ part }) => ({ batchId: id, part, action: 'queue' })));
  return batch;
}

/** Within this time all jobs are made. */
const HOLD_MS = 24 * 3600 * 1000;

/** What is charged as its jobs are made; known results cost nothing. */
function holdFor(
  { id, userId, createdAt }: Batch,
  jobs: readonly BatchJob[],
  { analysis }: CreditPrices,
): CreditHold | undefined {
  const left = jobs.filter(({ resultOf }) => resultOf === undefined).length * analysis;
  const expiresAt = new Date(Date.parse(createdAt) + HOLD_MS).toISOString();
  return left === 0 ? undefined : { userId, id, left, expiresAt };
}

const nameOf = ({ id, version }: RegisteredModel) => ({ id, version });

/** The ids of the images that are asked for, each once. */
async function listImages(
  { images: references, dataset }: CreateBatchBody,
  principal: Principal,
  ports: CreateBatchPorts,
): Promise<string[]> {
  if (dataset !== undefined) {
    const { id } = await findDataset(dataset, principal, ports);
    const items = await ports.datasetItems.all(id);
    return items.filter(({ type }) => type === 'image').map(({ itemId }) => itemId);
  }
  const wanted = references ?? [];
  const found = await ports.images.findOwn(wanted, principal.userId);
  const missing = wanted.filter((reference) => !found.has(reference));
  if (missing.length > 0) throw new UnknownImagesError(missing);
  return [...new Set([...found.values()].map(({ id }) => id))];
}
