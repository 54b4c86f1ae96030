import type { Page, PageRequest } from '../contracts/http/paging.ts';
import { type BatchPart, JOBS_PER_PART } from './batch.ts';
import { InvalidCursorError } from './errors.ts';
import type { Job } from './job.ts';
import { queuedBatchJob } from './plan-batch.ts';
import type { Principal } from './principal.ts';
import { type FindBatchPorts, findOwnBatch } from './steer-batch.ts';

export interface ListBatchJobsPorts {
  readonly batches: Pick<FindBatchPorts['batches'], 'find'> & {
    findPart(batchId: string, part: number): Promise<BatchPart | undefined>;
  };
  readonly jobs: { findAll(jobIds: readonly string[]): Promise<Job[]> };
}

/**
 * The jobs of a batch in the order they were asked for; a page ends with its part of the batch. Those that are
 * still to be made are listed as queued.
 * @throws BatchNotFoundError, InvalidCursorError
 */
export async function listBatchJobs(
  batchId: string,
  { limit, cursor = '0' }: PageRequest,
  principal: Principal,
  ports: ListBatchJobsPorts,
): Promise<Page<Job>> {
  const batch = await findOwnBatch(batchId, principal, ports);
  const start = Number(cursor);
  if (!/^\d{1,6}$/.test(cursor) || start >= batch.jobCount) throw new InvalidCursorError();
  const part = await ports.batches.findPart(batchId, Math.floor(start / JOBS_PER_PART));
  if (part === undefined) throw new InvalidCursorError();
  const first = start % JOBS_PER_PART;
  const planned = part.jobs.slice(first, first + limit);
  const end = start + planned.length;
  const made = new Map((await ports.jobs.findAll(planned.map(({ id }) => id))).map((job) => [job.id, job]));
  const items = planned.map(
    (each, index) =>
      made.get(each.id) ?? queuedBatchJob(each, { batch, position: first + index }, batch.createdAt),
  );
  return { items, next: end < batch.jobCount ? String(end) : null };
}
