import type { SegmentryTable, TransactionEntities } from './segmentry-table.ts';

/** Counters of a user, so that the user's workers don't wait for one another. */
const SHARDS = 10;

/** The part of a transaction that counts jobs in as they are made, and out as they end. */
export function jobLoadParts({ jobLoad }: TransactionEntities, userId: string, change: number) {
  if (change === 0) return [];
  const shard = Math.floor(Math.random() * SHARDS);
  return [jobLoad.upsert({ userId, shard }).add({ openJobs: change }).commit()];
}

export function createJobLoad({ entities }: SegmentryTable) {
  return {
    /** How many jobs of the user are queued or running. */
    async openJobs(userId: string): Promise<number> {
      const { data } = await entities.jobLoad.query.byUser({ userId }).go({ pages: 'all' });
      return data.reduce((sum, { openJobs }) => sum + openJobs, 0);
    },
  };
}
