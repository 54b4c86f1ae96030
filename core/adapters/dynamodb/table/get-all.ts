/** An ElectroDB batch get of some keys. */
type BatchGet<Key, Item> = (keys: Key[]) => Promise<{ data: Item[]; unprocessed: Key[] }>;

/** As many as one request to DynamoDB may name. */
const KEYS_PER_REQUEST = 100;

/**
 * Gets all the items of `keys` that there are. One answer has up to 16 MB, so what did not fit is asked for again.
 * @param keys each once.
 */
export async function getAll<Key, Item>(keys: readonly Key[], get: BatchGet<Key, Item>): Promise<Item[]> {
  const items: Item[] = [];
  let left = [...keys];
  while (left.length > 0) {
    const asked = left.slice(0, KEYS_PER_REQUEST);
    const { data, unprocessed } = await get(asked);
    items.push(...data);
    left = [...unprocessed, ...left.slice(KEYS_PER_REQUEST)];
  }
  return items;
}
