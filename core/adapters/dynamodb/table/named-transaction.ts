import { writeOrTell } from './retrying-transaction.ts';
import type { SegmentryTable, TransactionEntities } from './segmentry-table.ts';

type TransactionPart = ReturnType<Parameters<SegmentryTable['transaction']['write']>[0]>[number];

/** A part of a transaction, with a name to know it by where its condition does not hold. */
export type NamedPart = readonly [name: string, part: TransactionPart];

export const named = (name: string, parts: readonly TransactionPart[]): NamedPart[] =>
  parts.map((part) => [name, part]);

/** The names of parts whose condition did not hold, with what lies in their place, where they asked for it. */
export type UnmetParts = ReadonlyMap<string, unknown>;

/**
 * Writes a transaction of named parts.
 * @returns those whose condition did not hold; empty where all was written.
 */
export async function writeNamedTransaction(
  table: SegmentryTable,
  partsOf: (entities: TransactionEntities) => readonly NamedPart[],
): Promise<UnmetParts> {
  let names: string[] = [];
  const failed = await writeOrTell(() =>
    table.transaction
      .write((entities) => {
        const parts = partsOf(entities);
        names = parts.map(([name]) => name);
        return parts.map(([, part]) => part);
      })
      .go(),
  );
  return new Map(failed.map(({ position, item }) => [names[position] ?? '', item]));
}
