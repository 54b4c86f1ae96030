import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { SegmentryTable } from './segmentry-table.ts';

type Attributes = Record<string, unknown>;
type Keys = readonly Attributes[];

/** An ElectroDB get that has not been sent. */
interface UnsentGet {
  params<Input>(): Input;
}

/** What the table did not get to is asked for again after this long, at first. */
const FIRST_PAUSE_MS = 20;

/**
 * Collects gets of any entities, up to the hundred that DynamoDB takes, and sends them in one call. Each item is
 * as it is at that moment; the moments may differ, and no writer is in the way.
 */
export function combineGets(table: SegmentryTable) {
  const { client, tableName } = table;
  const wanted: Attributes[] = [];
  const items = new Map<string, Attributes>();

  return {
    /** @returns gives the item after `run`; undefined where there is none. */
    add<Item>(get: UnsentGet, parse: (item: Attributes) => Item | null): () => Item | undefined {
      const { Key } = get.params<{ Key: Attributes }>();
      wanted.push(Key);
      return () => {
        const item = items.get(nameOf(Key));
        return item === undefined ? undefined : (parse(item) ?? undefined);
      };
    },

    async run(): Promise<void> {
      let left: Keys = wanted;
      for (let pauseMs = FIRST_PAUSE_MS; left.length > 0; pauseMs *= 2) {
        if (left !== wanted) await sleep(pauseMs);
        const request = { [tableName]: { Keys: [...left], ConsistentRead: true } };
        const answer = await client.send(new BatchGetCommand({ RequestItems: request }));
        for (const item of answer.Responses?.[tableName] ?? []) items.set(nameOf(item), item);
        left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
      }
    },
  };
}

const nameOf = ({ pk, sk }: Attributes) => `${pk} ${sk}`;

export type CombinedGets = ReturnType<typeof combineGets>;
