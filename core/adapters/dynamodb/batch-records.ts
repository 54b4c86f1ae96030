import type { BatchCounts } from '../../contracts/http/batches.ts';
import { type Batch, type BatchPart, COUNTER_SHARDS, NO_COUNTS, shardOf } from '../../domain/batch.ts';
import { isFinished, type Job } from '../../domain/job.ts';
import type { Replacement } from '../../domain/process-batch-part.ts';
import { jobLoadParts } from './job-load.ts';
import type { SegmentryTable, TransactionEntities } from './segmentry-table.ts';
import { unlessConditionFailed } from './transaction.ts';
import { writeTogether } from './write-together.ts';

/** How long an export may take before it is asked for again. */
const EXPORT_PATIENCE_MS = 120_000;

export function createBatchRecords(table: SegmentryTable) {
  const { batch: batches, batchPart: parts, batchCounter: counters } = table.entities;

  return {
    async find(batchId: string): Promise<Batch | undefined> {
      const { data } = await batches.get({ id: batchId }).go({ consistent: true });
      return data ?? undefined;
    },

    /** Exact at the moment it is read: a job's state and its count change together. */
    async counts(batchId: string): Promise<BatchCounts> {
      const { data } = await counters.query.byBatch({ batchId }).go({ pages: 'all', consistent: true });
      return data.reduce<BatchCounts>(addCounts, NO_COUNTS);
    },

    async findPart(batchId: string, part: number): Promise<BatchPart | undefined> {
      const { data } = await parts.get({ batchId, part }).go({ consistent: true });
      return data ?? undefined;
    },

    /** Writes the batch with its plan; every job counts as queued from here on, also before it is made. */
    async create(batch: Batch, plan: readonly BatchPart[]): Promise<void> {
      const queued = Array.from({ length: COUNTER_SHARDS }, () => 0);
      for (const { jobs } of plan) {
        for (const position of jobs.keys()) queued[shardOf(position)] = (queued[shardOf(position)] ?? 0) + 1;
      }
      const failed = await writeTogether(() =>
        table.transaction
          .write((entities) => [
            entities.batch.create({ ...batch, models: [...batch.models] }).commit(),
            ...plan.map((part) => entities.batchPart.create({ ...part, jobs: [...part.jobs] }).commit()),
            ...queued.map((count, shard) =>
              entities.batchCounter
                .create({ batchId: batch.id, shard, ...NO_COUNTS, queued: count })
                .commit(),
            ),
            ...jobLoadParts(entities, batch.userId, batch.jobCount),
          ])
          .go(),
      );
      if (failed.length > 0) throw new Error(`Batch ${batch.id} exists already.`);
    },

    async markCanceled(batchId: string, canceledAt: string): Promise<void> {
      await batches.patch({ id: batchId }).set({ canceledAt }).go();
    },

    async claimExport(batchId: string, key: string): Promise<boolean> {
      const at = Date.now();
      const { data } = await batches
        .patch({ id: batchId })
        .set({ exportKey: key, exportAskedAt: at })
        .where(
          ({ exportKey, exportAskedAt }, { notExists, ne, lt }) =>
            `${notExists(exportKey)} OR ${ne(exportKey, key)} OR ${lt(exportAskedAt, at - EXPORT_PATIENCE_MS)}`,
        )
        .go()
        .catch(unlessConditionFailed);
      return data !== undefined;
    },

    /** Remembers how a batch has ended, once; a retry opens it again. */
    async markEnded({ id }: Batch, counts: BatchCounts, endedAt: string): Promise<void> {
      await batches
        .patch({ id })
        .set({ status: 'ended', endedAt, endCounts: counts })
        .where(({ status }, { eq }) => eq(status, 'open'))
        .go()
        .catch(unlessConditionFailed);
    },

    async makeJobs(part: BatchPart, jobs: readonly Job[]): Promise<void> {
      const { batchId, part: number, madeCount } = part;
      const ended = jobs.filter(({ status }) => isFinished(status));
      await writeTogether(() =>
        table.transaction
          .write((entities) => [
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
            ...jobLoadParts(entities, jobs[0]?.userId ?? '', -ended.length),
          ])
          .go(),
      );
    },

    async replaceJobs(part: BatchPart, replacements: readonly Replacement[]): Promise<void> {
      const { batchId, part: number, revision } = part;
      const [first] = replacements;
      if (first === undefined) return;
      const jobs = [...part.jobs];
      for (const { position, job } of replacements) {
        jobs[position] = { id: job.id, imageId: job.imageId, model: job.model };
      }
      await writeTogether(() =>
        table.transaction
          .write((entities) => [
            entities.batchPart
              .patch({ batchId, part: number })
              .set({ jobs, revision: revision + 1 })
              .where((item, { eq }) => eq(item.revision, revision))
              .commit(),
            entities.batch.patch({ id: batchId }).set({ status: 'open' }).remove(['endedAt']).commit(),
            ...replacements.map(({ job }) => entities.job.create(job).commit()),
            ...countMoves(
              entities,
              replacements.map(({ job }) => ({ batch: job.batch, from: 'failed', to: 'queued' })),
            ),
            ...jobLoadParts(entities, first.job.userId, replacements.length),
          ])
          .go(),
      );
    },
  };
}

const COUNTED = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;

const addCounts = (sum: BatchCounts, more: BatchCounts): BatchCounts =>
  Object.fromEntries(COUNTED.map((status) => [status, sum[status] + more[status]])) as BatchCounts;

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
    return [batchCounter.patch({ batchId, shard }).add(change).commit()];
  });
}
