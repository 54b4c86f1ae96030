import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import { BatchNotFoundError } from '../entities/batch.ts';
import { InvalidCursorError } from '../entities/errors.ts';
import type { Job, JobRepository } from '../entities/job.ts';
import { requireOwned } from '../entities/principal.ts';
import type { RequestContext } from '../request/authenticate.ts';
import { queuedBatchJob } from './plan-batch.ts';

export interface ListBatchJobsPorts {
  readonly jobs: Pick<JobRepository, 'findAll'>;
}

/** The part of a batch that a page lies in, and where it begins there. */
export function placeOfPage(cursor = '0.0') {
  const [, part, first] = CURSOR.exec(cursor) ?? [];
  return part === undefined ? undefined : { part: Number(part), first: Number(first) };
}

const CURSOR = /^(\d{1,4})\.(\d{1,4})$/;

/**
 * The jobs of a batch in the order they were asked for; a page ends with its part of the batch. Those that are
 * still to be made are listed as queued, those of deleted images not at all; those that entries of a zip are still to
 * bring are not there yet. The batch and the page's part are prefetched.
 * @throws BatchNotFoundError, InvalidCursorError
 */
export async function listBatchJobs(
  batchId: string,
  { limit, cursor }: PageRequest,
  { principal, prefetched }: RequestContext<'batch' | 'batchPart'>,
  ports: ListBatchJobsPorts,
): Promise<Page<Job>> {
  const batch = requireOwned(prefetched.batch, principal, () => new BatchNotFoundError(batchId));
  const place = placeOfPage(cursor);
  if (place === undefined || place.part >= batch.partCount) throw new InvalidCursorError();
  const { jobs, madeCount } = prefetched.batchPart ?? NOTHING_YET;
  const { part, first } = place;
  const planned = jobs.slice(first, first + limit);
  const end = first + planned.length;
  const isPartOver = end >= jobs.length;
  const made = new Map((await ports.jobs.findAll(planned.map(({ id }) => id))).map((job) => [job.id, job]));
  const items = planned.flatMap((each, index) => {
    const position = first + index;
    const job = made.get(each.id);
    if (job !== undefined) return [job];
    // What was made and is not there any more was deleted with its image.
    return position < madeCount ? [] : [queuedBatchJob(each, { batch, position }, batch.createdAt)];
  });
  if (!isPartOver) return { items, next: `${part}.${end}` };
  return { items, next: part + 1 < batch.partCount ? `${part + 1}.0` : null };
}

/** A zip's part comes with the first job of its chunk. */
const NOTHING_YET = { jobs: [], madeCount: 0 } as const;
