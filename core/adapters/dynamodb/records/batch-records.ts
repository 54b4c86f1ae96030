import type { BatchCounts } from '../../../contracts/http/batches.ts';
import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import {
  type Batch,
  type BatchPart,
  type BatchRepository,
  type ExportAsked,
  type ExportEnd,
  type ExportFile,
  type ListedBatch,
  NO_COUNTS,
} from '../../../domain/entities/batch.ts';
import { readPage } from '../table/read-page.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

/** How long an export may wait and take before it is begun again: longer than a function may run. */
const EXPORT_PATIENCE_MS = 10 * 60_000;
/** What is not written by then is too much for a function, or ends it. */
const EXPORT_TRIES = 3;
/** Nobody is at it. */
const NEVER = 0;

/** What is read of batches, and how they end. */
export function createBatchRecords(table: SegmentryTable): BatchRepository {
  const { batch: batches, batchPart: parts, batchCounter: counters } = table.entities;

  /** @returns false where the exports of the batch stand otherwise than when it was read. */
  async function noteExport(
    { id, exportsAsked }: Batch,
    noted: Partial<Record<ExportFile['format'], ExportAsked>>,
  ): Promise<boolean> {
    // A transaction has a token: where its answer was lost, the SDK asks again and hears that it was written.
    const failed = await writeTransaction(() =>
      table.transaction
        .write(({ batch }) => [
          batch
            .patch({ id })
            .set({ exportsAsked: { ...exportsAsked, ...noted } })
            .where((item, { eq, notExists }) =>
              exportsAsked === undefined ? notExists(item.exportsAsked) : eq(item.exportsAsked, exportsAsked),
            )
            .commit(),
        ])
        .go(),
    );
    return failed.length === 0;
  }

  async function find(id: string): Promise<Batch | undefined> {
    const { data } = await batches.get({ id }).go({ consistent: true });
    return data ?? undefined;
  }

  /** @returns how the export stands then; undefined where another was asked for in its place, or its batch is gone. */
  async function changeExport(
    batchId: string,
    { format, key }: ExportFile,
    change: (asked: ExportAsked) => ExportAsked,
  ): Promise<ExportAsked | undefined> {
    for (;;) {
      const batch = await find(batchId);
      const last = batch?.exportsAsked?.[format];
      if (batch === undefined || last?.key !== key) return undefined;
      const asked = change(last);
      if (await noteExport(batch, { [format]: asked })) return asked;
    }
  }

  return {
    find,

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

    async openPart(batchId: string, part: number, round: number): Promise<void> {
      await parts
        .create({ batchId, part, jobs: [], madeCount: 0, revision: 0, round })
        .go()
        .catch(unlessConditionFailed);
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

    async claimExport(batch: Batch, { format, key }: ExportFile) {
      const at = Date.now();
      const last = batch.exportsAsked?.[format];
      const before = last?.key === key ? last : { at: NEVER, tries: 0 };
      if (before.at > at - EXPORT_PATIENCE_MS) return 'under way';
      if (before.tries >= EXPORT_TRIES) return 'failed';
      const isClaimed = await noteExport(batch, { [format]: { key, at, tries: before.tries } });
      return isClaimed ? 'claimed' : 'under way';
    },

    async beginExport(batchId: string, file: ExportFile): Promise<boolean> {
      const asked = await changeExport(batchId, file, ({ key, at, tries }) =>
        at === NEVER || tries >= EXPORT_TRIES ? { key, at: NEVER, tries } : { key, at, tries: tries + 1 },
      );
      return asked !== undefined && asked.at !== NEVER;
    },

    async endExport(batchId: string, file: ExportFile, end: ExportEnd): Promise<void> {
      await changeExport(batchId, file, ({ key, tries }) => ({
        key,
        at: NEVER,
        tries: { written: 0, 'broken off': tries, 'given up': EXPORT_TRIES }[end],
      }));
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
