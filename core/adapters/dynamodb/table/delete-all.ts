import { setTimeout as sleep } from 'node:timers/promises';

/** An ElectroDB batch delete of some keys. */
type BatchDelete<Key> = (keys: Key[]) => { go(): Promise<{ unprocessed: Key[] }> };

/** As many as one request to DynamoDB may name. */
const KEYS_PER_REQUEST = 25;
/** What the table did not get to is named again after this long, at first. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2000;

/** Deletes all the items of `keys`, also where the table is too busy to do so at once. */
export async function deleteAll<Key>(keys: readonly Key[], remove: BatchDelete<Key>): Promise<void> {
  let left = [...keys];
  for (let pauseMs = FIRST_PAUSE_MS; left.length > 0; ) {
    const asked = left.slice(0, KEYS_PER_REQUEST);
    const { unprocessed } = await remove(asked).go();
    if (unprocessed.length > 0) await sleep(pauseMs);
    pauseMs = unprocessed.length > 0 ? Math.min(LONGEST_PAUSE_MS, pauseMs * 2) : FIRST_PAUSE_MS;
    left = [...unprocessed, ...left.slice(KEYS_PER_REQUEST)];
  }
}

/**
 * Deletes what a query finds, page by page until it finds nothing: however much there is, one page of it is in memory, and
 * where this is cut off, a repeat has less to do.
 * @param findKeys reads the next few keys, consistently: it comes after what was deleted.
 */
export async function deleteFound<Key>(
  findKeys: () => Promise<{ readonly data: Key[] }>,
  remove: BatchDelete<Key>,
): Promise<void> {
  for (;;) {
    const { data: keys } = await findKeys();
    if (keys.length === 0) return;
    await deleteAll(keys, remove);
  }
}
