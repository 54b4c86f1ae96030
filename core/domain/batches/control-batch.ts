import type { BatchCounts } from '../../contracts/http/batches.ts';
import { type Batch, BatchNotFoundError, type BatchRepository, partMessages } from '../entities/batch.ts';
import { type Principal, requireOwned } from '../entities/principal.ts';
import type { RequestContext } from '../request/authenticate.ts';
import { type JobQuota, requireRoomForJobs } from '../request/quota.ts';
import type { BatchQueue } from './create-batch.ts';

export interface ControlBatchPorts {
  readonly batches: Pick<BatchRepository, 'find' | 'counts' | 'markCanceled' | 'markRetried'>;
  readonly batchQueue: BatchQueue;
  readonly now: () => Date;
}

export type RetryBatchPorts = ControlBatchPorts & Pick<JobQuota, 'openJobLimit'>;

/** A batch and how far it is. */
export interface BatchProgress {
  readonly batch: Batch;
  readonly counts: BatchCounts;
}

/** @throws BatchNotFoundError */
export async function findOwnBatch(
  batchId: string,
  principal: Principal,
  { batches }: { batches: Pick<BatchRepository, 'find'> },
): Promise<Batch> {
  return requireOwned(await batches.find(batchId), principal, () => new BatchNotFoundError(batchId));
}

/** The batch is prefetched. @throws BatchNotFoundError */
export async function readProgress(
  batchId: string,
  { principal, prefetched }: RequestContext<'batch'>,
  { batches }: { batches: Pick<BatchRepository, 'counts'> },
): Promise<BatchProgress> {
  const batch = requireOwned(prefetched.batch, principal, () => new BatchNotFoundError(batchId));
  return { batch, counts: await batches.counts(batchId) };
}

/**
 * Has every open job of a batch canceled, those that are still to be made too. May be asked again.
 * @throws BatchNotFoundError
 */
export async function cancelBatch(
  batchId: string,
  principal: Principal,
  ports: ControlBatchPorts,
): Promise<BatchProgress> {
  const batch = await findOwnBatch(batchId, principal, ports);
  const canceledAt = batch.canceledAt ?? ports.now().toISOString();
  await ports.batches.markCanceled(batch.id, canceledAt);
  return sendPartMessages({ ...batch, canceledAt }, ports);
}

/**
 * Has new jobs made in the place of those that have failed by now; where none has, nothing happens. The number
 * of the user's open jobs is prefetched.
 * @throws BatchNotFoundError, TooManyOpenJobsError
 */
export async function retryBatch(
  batchId: string,
  { principal, prefetched: { openJobs } }: RequestContext<'openJobs'>,
  ports: RetryBatchPorts,
): Promise<BatchProgress> {
  const batch = await findOwnBatch(batchId, principal, ports);
  const counts = await ports.batches.counts(batch.id);
  if (counts.failed === 0) return { batch, counts };
  requireRoomForJobs(counts.failed, { ...ports, openJobs });
  return sendPartMessages(await ports.batches.markRetried(batch.id), ports);
}

async function sendPartMessages(batch: Batch, ports: ControlBatchPorts): Promise<BatchProgress> {
  await ports.batchQueue.send(partMessages(batch));
  return { batch, counts: await ports.batches.counts(batch.id) };
}
