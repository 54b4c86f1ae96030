type Item = Record<string, unknown>;

/** What DynamoDB takes, in bytes and in items. */
export const LIMITS = {
  itemBytes: 400 * 1024,
  transactionBytes: 4 * 1024 * 1024,
  transactionItems: 100,
  pageBytes: 1024 * 1024,
  batchGetBytes: 16 * 1024 * 1024,
  batchGetKeys: 100,
  batchWriteItems: 25,
} as const;

/** The size of an item as DynamoDB counts it: names and values, and a little for what nests. */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

function valueBytes(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).replace(/\D/g, '').length / 2) + 2;
  if (value === null || typeof value !== 'object') return 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (value instanceof Set) return [...value].reduce<number>((sum, each) => sum + valueBytes(each), 3);
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + valueBytes(each) + 1, 3);
  return 3 + Object.keys(value).length + itemBytes(value as Item);
}

/** As many of `items` as one answer has room for; at least one. */
export function pageOf(items: readonly Item[], { limit, bytes }: { limit: number; bytes: number }): Item[] {
  let size = 0;
  const end = items.findIndex((item, index) => {
    size += itemBytes(item);
    return index >= limit || (index > 0 && size > bytes);
  });
  return end === -1 ? [...items] : items.slice(0, end);
}
