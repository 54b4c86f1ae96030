import type { BatchCounts } from '../../../contracts/http/batches.ts';
import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import {
  type Batch,
  type BatchPart,
  type BatchRepository,
  type ListedBatch,
  NO_COUNTS,
} from '../../../domain/entities/batch.ts';
import { readPage } from '../table/read-page.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

/** How long an export may take before it is asked for again. */
const EXPORT_PATIENCE_MS = 120_000;

/** What is read of batches, and how they end. */
export function createBatchRecords(table: SegmentryTable): BatchRepository {
  const { batch: batches, batchPart: parts, batchCounter: counters } = table.entities;

  return {
    async find(batchId: string): Promise<Batch | undefined> {
      const { data } = await batches.get({ id: batchId }).go({ consistent: true });
      return data ?? undefined;
    },

    async list(userId: string, page: PageRequest): Promise<Page<ListedBatch>> {
      const { items, next } = await readPage(batches.query.byUser({ userId }), page);
      const listed = items.map(({ status, finalCounts, ...batch }) => ({
        batch,
        // A batch that was retried is open again, and its last counts are not those of now.
        finalCounts: status === 'finished' ? finalCounts : undefined,
      }));
      return { items: listed, next };
    },

    /** Exact at the moment it is read: a job's state and its count change together. */
    async counts(batchId: string): Promise<BatchCounts> {
      return (await this.countsInSequence(batchId)).counts;
    },

    /** The counts with a number that goes up with each of their changes. */
    async countsInSequence(batchId: string): Promise<{ counts: BatchCounts; sequence: number }> {
      const { data } = await counters.query.byBatch({ batchId }).go({ pages: 'all', consistent: true });
      return {
        counts: data.reduce<BatchCounts>(addCounts, NO_COUNTS),
        sequence: data.reduce((sum, { moves = 0 }) => sum + moves, 0),
      };
    },

    async findPart(batchId: string, part: number): Promise<BatchPart | undefined> {
      const { data } = await parts.get({ batchId, part }).go({ consistent: true });
      return data ?? undefined;
    },

    async listParts(batchId: string): Promise<BatchPart[]> {
      const { data } = await parts.query.byBatch({ batchId }).go({ pages: 'all', consistent: true });
      return data;
    },

    async markCanceled(batchId: string, canceledAt: string): Promise<void> {
      await batches.patch({ id: batchId }).set({ canceledAt, isCanceled: true }).go();
    },

    async markRetried(batchId: string): Promise<Batch> {
      const { data } = await batches
        .patch({ id: batchId })
        .set({ isCanceled: false, status: 'open' })
        .add({ round: 1 })
        .remove(['finishedAt'])
        .go({ response: 'all_new' });
      return data as Batch;
    },

    async claimExport(batchId: string, key: string): Promise<boolean> {
      const at = Date.now();
      const { data } = await batches
        .patch({ id: batchId })
        .set({ exportKey: key, exportAskedAt: at })
        .where(({ exportKey, exportAskedAt }, { eq, notExists, ne, lt }) =>
          [
            ...[notExists(exportKey), ne(exportKey, key), lt(exportAskedAt, at - EXPORT_PATIENCE_MS)],
            // The SDK asks again where the answer was lost.
            eq(exportAskedAt, at),
          ].join(' OR '),
        )
        .go()
        .catch(unlessConditionFailed);
      return data !== undefined;
    },

    /** Once: a retry opens it again. */
    async markFinished({ id, round, upload }: Batch, counts: BatchCounts, finishedAt: string): Promise<void> {
      const { data } = await batches
        .patch({ id })
        .set({ status: 'finished', finishedAt, finalCounts: counts })
        .where((item, { eq, notExists }) =>
          [eq(item.status, 'open'), round === undefined ? notExists(item.round) : eq(item.round, round)].join(
            ' AND ',
          ),
        )
        .go()
        .catch(unlessConditionFailed);
      // Who listens live hears of counters, and those may have stood still when the last entry of a zip came in.
      if (data !== undefined && upload !== undefined)
        await counters.patch({ batchId: id, shard: 0 }).add({ moves: 1 }).go().catch(unlessConditionFailed);
    },
  };
}

const COUNTED = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;

const addCounts = (sum: BatchCounts, more: BatchCounts): BatchCounts =>
  Object.fromEntries(COUNTED.map((status) => [status, sum[status] + more[status]])) as BatchCounts;
