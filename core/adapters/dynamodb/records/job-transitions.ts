import type { JobStatus } from '../../../contracts/http/jobs.ts';
import { type CreditReason, jobItem } from '../../../domain/entities/credits.ts';
import { isFinished, type Job, requireTransition } from '../../../domain/entities/job.ts';
import { type NamedPart, named, type UnmetParts, writeNamedTransaction } from '../table/named-transaction.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';
import type { CreditWriter } from './credit-writer.ts';
import { openJobParts } from './open-jobs.ts';

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
 * @throws IllegalTransitionError where no job may go this way; nothing is written then.
 * @returns false where the job is not as it was read any more; nothing is written then.
 */
export async function writeTransition(
  table: SegmentryTable,
  transition: Transition,
  also: (entities: TransactionEntities) => TransactionParts = () => [],
): Promise<boolean> {
  requireTransition(transition.from, transition.to);
  return orOfGoneBatch(transition, (each) =>
    writeNamedTransaction(table, (entities) => [
      ...transitionParts(entities, each),
      ...named('transition', also(entities)),
    ]),
  );
}

/**
 * The same for an end that gives back what the job was charged: once, because a job ends once.
 * @throws IllegalTransitionError where no job may go this way.
 * @returns false where the job is not as it was read any more; nothing is written or given back then.
 */
export async function writeRefundedEnd(
  credits: CreditWriter,
  transition: Transition,
  reason: CreditReason,
): Promise<boolean> {
  requireTransition(transition.from, transition.to);
  const { id, userId } = transition.from;
  const charges = await credits.chargesOf(userId, jobItem(id));
  const movement = { kind: 'refund', charges, reason } as const;
  return orOfGoneBatch(transition, (each) =>
    credits.write({ userId, movement }, (entities) => transitionParts(entities, each)),
  );
}

const BATCH_PART = 'batch';

/**
 * Where only the batch's counters are missing, the batch is gone, with a user that is being erased: its jobs go their way
 * as jobs of no batch, or nobody could end or remove them.
 */
async function orOfGoneBatch(
  transition: Transition,
  write: (transition: Transition) => Promise<Pick<UnmetParts, 'size' | 'has'>>,
): Promise<boolean> {
  const unmet = await write(transition);
  const isBatchGone = unmet.size === 1 && unmet.has(BATCH_PART);
  if (!isBatchGone) return unmet.size === 0;
  const { batch: _, ...from } = transition.from;
  return (await write({ ...transition, from })).size === 0;
}

const transitionParts = (entities: TransactionEntities, transition: Transition): NamedPart[] => [
  ...named('transition', [jobPart(entities, transition)]),
  ...named(BATCH_PART, counterParts(entities, transition.from, transition.to)),
  ...named('open jobs', openJobParts(entities, transition.from.userId, isFinished(transition.to) ? -1 : 0)),
];

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
      .add({ [status]: -1, [to]: 1, moves: 1 })
      .commit(),
  ];
}
