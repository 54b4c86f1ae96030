import { itemBytes } from '../../test/helpers/memory-table/limits.ts';
import type { MemoryTable } from '../../test/helpers/memory-table/memory-table.ts';

type Item = Record<string, unknown>;
interface Write {
  readonly Key?: Item;
  readonly Item?: Item;
}

/** As lib/constructs/records-table.ts projects them. */
const INDEXES = { gsi1: 'all', gsi2: 'all', gsi3: 'keys' } as const;

const kilobytes = (item: Item) => Math.max(1, Math.ceil(itemBytes(item) / 1024));
const keyOf = (item: Item) => `${item.pk} ${item.sk}`;

/** Write request units of each kind of record. */
export type Units = Map<string, { writes: number; table: number; indexes: number }>;

/**
 * Counts what DynamoDB would charge for the writes of a table in memory: by AWS's rules, for the very items that are written.
 * A kilobyte of an item is a unit, two in a transaction, where a condition that is only checked costs as much as a write. Each
 * index that holds the item takes a unit a kilobyte where what it holds changes, and twice that where its key does.
 */
export function meterWrites({ client, items }: MemoryTable): { units: Units; stop: () => void } {
  const units: Units = new Map();
  const send = client.send.bind(client) as (command: object) => Promise<unknown>;

  async function metered(command: { readonly input: object }): Promise<unknown> {
    const { writes, factor } = writesOf(command.constructor.name, command.input);
    const before = writes.map((write) => items.get(keyOf(write)));
    const answer = await send(command);
    for (const [index, key] of writes.entries()) add(before[index], items.get(keyOf(key)), factor);
    return answer;
  }

  function add(before: Item | undefined, after: Item | undefined, factor: number): void {
    const whole = after ?? before;
    if (whole === undefined) return;
    // What marks removed media has no kind.
    const name = String(whole.__edb_e__ ?? 'deleted media');
    const sum = units.get(name) ?? { writes: 0, table: 0, indexes: 0 };
    sum.writes += 1;
    sum.table += factor * Math.max(kilobytes(before ?? {}), kilobytes(after ?? {}));
    sum.indexes += indexUnits(before, after);
    units.set(name, sum);
  }

  client.send = metered as never;
  return { units, stop: () => Object.assign(client, { send }) };
}

/** The keys that a command writes, or checks in a transaction. */
function writesOf(name: string, input: object): { writes: Item[]; factor: number } {
  if (name === 'TransactWriteCommand' && 'TransactItems' in input) {
    const parts = (input.TransactItems as Record<string, Write>[]).flatMap((part) => Object.values(part));
    return { writes: parts.map(({ Key, Item }) => Key ?? Item ?? {}), factor: 2 };
  }
  if (name === 'BatchWriteCommand' && 'RequestItems' in input) {
    const all = Object.values(input.RequestItems as Record<string, unknown>).flat() as {
      PutRequest?: Write;
      DeleteRequest?: Write;
    }[];
    const writes = all.flatMap(({ PutRequest, DeleteRequest }): Item[] => [
      PutRequest?.Item ?? DeleteRequest?.Key ?? {},
    ]);
    return { writes, factor: 1 };
  }
  const { Key, Item } = input as Write;
  const isWrite = ['PutCommand', 'UpdateCommand', 'DeleteCommand'].includes(name);
  return { writes: isWrite ? [Key ?? Item ?? {}] : [], factor: 1 };
}

function indexUnits(before: Item | undefined, after: Item | undefined): number {
  let sum = 0;
  for (const [index, projection] of Object.entries(INDEXES)) {
    const [held, holds] = [before, after].map((item) => projected(item, index, projection));
    const isMoved = held?.key !== holds?.key;
    if (isMoved) sum += [held, holds].reduce((units, each) => units + (each?.kilobytes ?? 0), 0);
    else if (held !== undefined && holds !== undefined && held.text !== holds.text) {
      sum += Math.max(held.kilobytes, holds.kilobytes);
    }
  }
  return sum;
}

function projected(item: Item | undefined, index: string, projection: 'all' | 'keys') {
  const [pk, sk] = [item?.[`${index}pk`], item?.[`${index}sk`]];
  if (item === undefined || pk === undefined || sk === undefined) return undefined;
  const held =
    projection === 'all' ? item : { pk: item.pk, sk: item.sk, [`${index}pk`]: pk, [`${index}sk`]: sk };
  return { key: `${pk} ${sk}`, kilobytes: kilobytes(held), text: JSON.stringify(held) };
}
