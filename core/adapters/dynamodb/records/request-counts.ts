import type { SegmentryTable } from '../table/segmentry-table.ts';

const KEPT_SECONDS = 300;

/** Counts requests over all functions. */
export function createRequestCounts({ entities }: SegmentryTable) {
  return {
    async add(userId: string, minute: number, requests: number): Promise<number> {
      const { data } = await entities.requestCount
        .upsert({ userId, minute })
        .set({ ttl: minute * 60 + KEPT_SECONDS })
        .add({ requests })
        .go({ response: 'all_new' });
      return data.requests;
    },
  };
}
