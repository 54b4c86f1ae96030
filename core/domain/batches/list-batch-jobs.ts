import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import { BatchNotFoundError, JOBS_PER_PART } from '../entities/batch.ts';
import { InvalidCursorError } from '../entities/errors.ts';
import type { Job, JobRepository } from '../entities/job.ts';
import { requireOwned } from '../entities/principal.ts';
import type { RequestContext } from '../request/authenticate.ts';
import { queuedBatchJob } from './plan-batch.ts';

export interface ListBatchJobsPorts {
  readonly jobs: Pick<JobRepository, 'findAll'>;
}

/** The part of a batch that a page lies in. */
export const partOfPage = (cursor = '0') =>
  CURSOR.test(cursor) ? Math.floor(Number(cursor) / JOBS_PER_PART) : undefined;

const CURSOR = /^\d{1,6}$/;

/**
 * The jobs of a batch in the order they were asked for; a page ends with its part of the batch. Those that are
 * still to be made are listed as queued, those of deleted images not at all. The batch and the page's part are prefetched.
 * @throws BatchNotFoundError, InvalidCursorError
 */
export async function listBatchJobs(
  batchId: string,
  { limit, cursor = '0' }: PageRequest,
  { principal, prefetched }: RequestContext<'batch' | 'batchPart'>,
  ports: ListBatchJobsPorts,
): Promise<Page<Job>> {
  const batch = requireOwned(prefetched.batch, principal, () => new BatchNotFoundError(batchId));
  const start = Number(cursor);
  if (!CURSOR.test(cursor) || start >= batch.jobCount) throw new InvalidCursorError();
  const part = prefetched.batchPart;
  if (part === undefined) throw new InvalidCursorError();
  const first = start % JOBS_PER_PART;
  const planned = part.jobs.slice(first, first + limit);
  const end = start + planned.length;
  const made = new Map((await ports.jobs.findAll(planned.map(({ id }) => id))).map((job) => [job.id, job]));
  const items = planned.flatMap((each, index) => {
    const position = first + index;
    const job = made.get(each.id);
    if (job !== undefined) return [job];
    // What was made and is not there any more was deleted with its image.
    return position < part.madeCount ? [] : [queuedBatchJob(each, { batch, position }, batch.createdAt)];
  });
  return { items, next: end < batch.jobCount ? String(end) : null };
}
