const ANNOUNCEMENT_STATUSES = ['pending', 'done'] as const;

/**
 * Whether the announcement of the state a record has is still to be made. Every write of `status` makes it
 * pending again, whoever writes.
 */
export const announcementAttribute = {
  type: ANNOUNCEMENT_STATUSES,
  hidden: true,
  watch: ['status'],
  set: (state?: (typeof ANNOUNCEMENT_STATUSES)[number]) => state ?? 'pending',
} as const;

/**
 * Parts of the reconciler's work list for each status. An index takes 1,000 writes a second for one key, and a job
 * makes two in each status: four parts carry 2,000 jobs a second, what the 1,000 workers of an account analyse.
 */
export const RECONCILE_SHARDS = [0, 1, 2, 3] as const;

/** Any part will do: the list is always read in all parts. */
export const pickReconcileShard = () => Math.floor(Math.random() * RECONCILE_SHARDS.length);

/** The part a record stands in. Whatever moves its time picks anew, as an index key is written whole. */
export const reconcileShardAttribute = {
  type: 'number',
  hidden: true,
  watch: ['status'],
  set: (shard?: number) => shard ?? pickReconcileShard(),
} as const;

/** `seconds` from now, as records have times. */
export const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
