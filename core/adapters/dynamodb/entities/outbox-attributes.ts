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

/**
 * When the reconciler looks after a record: `patienceSeconds` after each write of `status`, unless the writer says
 * otherwise. So long the stream has to announce it, or whoever works on it to go on.
 */
export const reconcileAtAttribute = (patienceSeconds: number) =>
  ({
    type: 'string',
    hidden: true,
    watch: ['status'],
    set: (time?: string) => time ?? inSeconds(patienceSeconds),
  }) as const;

/** Keys of the reconciler's work list, `unreconciled` in each entity: a condition says which records are on it. */
export const unreconciledKeys = <const Id extends string>(id: Id) =>
  ({
    index: 'gsi3',
    pk: { field: 'gsi3pk', composite: ['status', 'reconcileShard'] },
    sk: { field: 'gsi3sk', composite: ['reconcileAt', id] },
  }) as const;

/** `seconds` from now, as records have times. */
export const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
