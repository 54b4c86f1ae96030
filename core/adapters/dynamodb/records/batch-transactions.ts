import type { BatchCounts } from '../../../contracts/http/batches.ts';
import type { Replacing } from '../../../domain/batches/process-batch-part.ts';
import {
  type Batch,
  type BatchPart,
  COUNTER_SHARDS,
  NO_COUNTS,
  shardOf,
} from '../../../domain/entities/batch.ts';
import type { Charge, CreditHold, CreditState } from '../../../domain/entities/credits.ts';
import { isFinished, type Job } from '../../../domain/entities/job.ts';
import { named } from '../table/named-transaction.ts';
import type { TransactionEntities } from '../table/segmentry-table.ts';
import { type CreditWriter, NO_MOVEMENT } from './credit-writer.ts';
import { openJobParts } from './open-jobs.ts';

/** A batch with its plan and its counters. */
export function batchParts(entities: TransactionEntities, batch: Batch, plan: readonly BatchPart[]) {
  const queued = Array.from({ length: COUNTER_SHARDS }, () => 0);
  for (const { jobs } of plan) {
    for (const position of jobs.keys()) queued[shardOf(position)] = (queued[shardOf(position)] ?? 0) + 1;
  }
  return [
    entities.batch.create({ ...batch, models: [...batch.models] }).commit(),
    ...plan.map((part) => entities.batchPart.create({ ...part, jobs: [...part.jobs] }).commit()),
    ...queued.map((count, shard) =>
      entities.batchCounter.create({ batchId: batch.id, shard, ...NO_COUNTS, queued: count }).commit(),
    ),
  ];
}

/** Batches as their jobs are planned and made: each is written together with what it is charged. */
export function createBatchTransactions(credits: CreditWriter) {
  return {
    /** Writes the batch with its plan; every job counts as queued from here on, also before it is made. */
    async create(
      batch: Batch,
      plan: readonly BatchPart[],
      { hold, credits: state }: { hold?: CreditHold | undefined; credits?: CreditState | undefined },
    ): Promise<boolean> {
      const { userId } = batch;
      const movement = hold === undefined ? NO_MOVEMENT : ({ kind: 'hold', hold } as const);
      const unmet = await credits.write({ userId, movement, state }, (entities) =>
        named('batch', [
          ...batchParts(entities, batch, plan),
          ...openJobParts(entities, batch.userId, batch.jobCount),
        ]),
      );
      return unmet.size === 0;
    },

    async makeJobs(part: BatchPart, jobs: readonly Job[], charges: readonly Charge[]): Promise<boolean> {
      const { batchId, part: number, madeCount } = part;
      const ended = jobs.filter(({ status }) => isFinished(status));
      const unmet = await credits.write(chargeOf(jobs[0]?.userId ?? '', charges, batchId), (entities) =>
        named('part', [
          entities.batchPart
            .patch({ batchId, part: number })
            .set({ madeCount: madeCount + jobs.length })
            .where((item, { eq }) => eq(item.madeCount, madeCount))
            .commit(),
          ...jobs.map((job) => entities.job.create(job).commit()),
          ...countMoves(
            entities,
            ended.map(({ batch, status }) => ({ batch, from: 'queued', to: status })),
          ),
          ...openJobParts(entities, jobs[0]?.userId ?? '', -ended.length),
        ]),
      );
      return unmet.size === 0;
    },

    async replaceJobs(
      part: BatchPart,
      { replacements, round, isLast }: Replacing,
      { userId, charges }: { readonly userId: string; readonly charges: readonly Charge[] },
    ): Promise<boolean> {
      const { batchId, part: number, revision } = part;
      const jobs = [...part.jobs];
      for (const { position, job } of replacements) {
        const { id, mediaId, model, video } = job;
        jobs[position] = { id, mediaId, model, ...(video !== undefined && { video }) };
      }
      const unmet = await credits.write(chargeOf(userId, charges, batchId), (entities) =>
        named('part', [
          entities.batchPart
            .patch({ batchId, part: number })
            .set({ jobs, revision: revision + 1, ...(isLast && { round }) })
            .where((item, { eq }) => eq(item.revision, revision))
            .commit(),
          entities.batch
            .patch({ id: batchId })
            .set({ status: 'open' })
            .where((item, { eq }) => [eq(item.round, round), eq(item.isCanceled, false)].join(' AND '))
            .commit(),
          ...replacements.map(({ job }) => entities.job.create(job).commit()),
          ...countMoves(
            entities,
            replacements.map(({ job }) => ({ batch: job.batch, from: 'failed', to: 'queued' })),
          ),
          ...openJobParts(entities, userId, replacements.length),
        ]),
      );
      return unmet.size === 0;
    },
  };
}

const chargeOf = (userId: string, charges: readonly Charge[], holdId: string) => ({
  userId,
  movement:
    charges.length === 0 ? NO_MOVEMENT : ({ kind: 'debit', charges, holdId, reason: 'analysis' } as const),
});

interface CountMove {
  readonly batch: Job['batch'];
  readonly from: keyof BatchCounts;
  readonly to: keyof BatchCounts;
}

/** A transaction may touch an item once, so what happens to one counter is added up before. */
function countMoves({ batchCounter }: TransactionEntities, moves: readonly CountMove[]) {
  const byShard = Map.groupBy(moves, ({ batch }) => batch?.shard);
  return [...byShard].flatMap(([shard, ofShard]) => {
    const batchId = ofShard[0]?.batch?.id;
    if (shard === undefined || batchId === undefined) return [];
    const change: Partial<Record<keyof BatchCounts, number>> = {};
    for (const { from, to } of ofShard) {
      change[from] = (change[from] ?? 0) - 1;
      change[to] = (change[to] ?? 0) + 1;
    }
    return [
      batchCounter
        .patch({ batchId, shard })
        .add({ ...change, moves: 1 })
        .commit(),
    ];
  });
}
