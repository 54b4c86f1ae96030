import { writeTransaction } from './retrying-transaction.ts';
import type { SegmentryTable, TransactionEntities } from './segmentry-table.ts';

type TransactionPart = ReturnType<Parameters<SegmentryTable['transaction']['write']>[0]>[number];

/** A part of a transaction, with a name to know it by where its condition does not hold. */
export type NamedPart = readonly [name: string, part: TransactionPart];

export const named = (name: string, parts: readonly TransactionPart[]): NamedPart[] =>
  parts.map((part) => [name, part]);

/**
 * Writes a transaction of named parts.
 * @returns the names of the parts whose condition did not hold; empty where all was written.
 */
export async function writeNamedTransaction(
  table: SegmentryTable,
  partsOf: (entities: TransactionEntities) => readonly NamedPart[],
): Promise<ReadonlySet<string>> {
  let names: string[] = [];
  const failed = await writeTransaction(() =>
    table.transaction
      .write((entities) => {
        const parts = partsOf(entities);
        names = parts.map(([name]) => name);
        return parts.map(([, part]) => part);
      })
      .go(),
  );
  return new Set(failed.map((position) => names[position] ?? ''));
}
