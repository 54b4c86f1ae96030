import type { JobStatus } from '../../contracts/http/jobs.ts';
import { isFinished, type Job } from '../../domain/job.ts';
import { jobLoadParts } from './job-load.ts';
import type { SegmentryTable, TransactionEntities } from './segmentry-table.ts';
import { writeTogether } from './write-together.ts';

type TransactionParts = ReturnType<Parameters<SegmentryTable['transaction']['write']>[0]>;

/** A job's way from the state it was read in to another. */
export interface Transition {
  /** As it was read. */
  readonly from: Job;
  readonly to: JobStatus;
  readonly set: Partial<Pick<Job, 'error' | 'summary' | 'startedAt' | 'finishedAt' | 'attempts'>> & {
    readonly leaseUntil?: number;
  };
  /** Where given, the lease must have been over by then, in epoch milliseconds. */
  readonly leaseOverAt?: number;
}

/**
 * Writes a transition, what it counts, and `also` in one transaction: a job's state, its batch's counts and its
 * user's open jobs never tell different stories, however often and by whomever it is tried.
 * @returns false where the job is not as it was read any more; nothing is written then.
 */
export async function writeTransition(
  table: SegmentryTable,
  transition: Transition,
  also: (entities: TransactionEntities) => TransactionParts = () => [],
): Promise<boolean> {
  const { from, to } = transition;
  const ended = isFinished(to) ? -1 : 0;
  const failed = await writeTogether(() =>
    table.transaction
      .write((entities) => [
        jobPart(entities, transition),
        ...counterParts(entities, from, to),
        ...jobLoadParts(entities, from.userId, ended),
        ...also(entities),
      ])
      .go(),
  );
  return failed.length === 0;
}

function jobPart({ job }: TransactionEntities, { from, to, set, leaseOverAt }: Transition) {
  const patch = job.patch({ id: from.id }).set({ status: to, ...set });
  const left = set.leaseUntil === undefined ? patch.remove(['leaseUntil']) : patch;
  return left
    .where(({ status, attempts, leaseUntil }, { eq, lt }) =>
      [
        eq(status, from.status),
        eq(attempts, from.attempts),
        ...(leaseOverAt === undefined ? [] : [lt(leaseUntil, leaseOverAt)]),
      ].join(' AND '),
    )
    .commit();
}

function counterParts({ batchCounter }: TransactionEntities, { batch, status }: Job, to: JobStatus) {
  if (batch === undefined || status === to) return [];
  return [
    batchCounter
      .patch({ batchId: batch.id, shard: batch.shard })
      .add({ [status]: -1, [to]: 1 })
      .commit(),
  ];
}
