import { type CombinedGets, combineGets } from '../table/combine-gets.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';

/** Counters of a user, so that the user's workers don't wait for one another. */
const SHARDS = 10;

/** The part of a transaction that counts jobs in as they are made, and out as they end. */
export function openJobParts({ openJobCount }: TransactionEntities, userId: string, change: number) {
  if (change === 0) return [];
  const shard = Math.floor(Math.random() * SHARDS);
  return [openJobCount.upsert({ userId, shard }).add({ openJobs: change }).commit()];
}

/** Adds the counters of a user to other gets. @returns gives their sum after they have run. */
export function openJobGets(
  gets: CombinedGets,
  { openJobCount }: SegmentryTable['entities'],
  userId: string,
): () => number {
  const counters = Array.from({ length: SHARDS }, (_, shard) =>
    gets.add(openJobCount.get({ userId, shard }), (Item) => openJobCount.parse({ Item }).data),
  );
  return () => counters.reduce((sum, counter) => sum + (counter()?.openJobs ?? 0), 0);
}

/** Counts the jobs that a user has queued or running, where no request has prefetched them. */
export const createOpenJobCounter =
  (table: SegmentryTable) =>
  async (userId: string): Promise<number> => {
    const gets = combineGets(table);
    const count = openJobGets(gets, table.entities, userId);
    await gets.run();
    return count();
  };
