import { type Charge, costOf } from '../../../domain/entities/credits.ts';
import type { NamedPart } from '../table/named-transaction.ts';
import type { TransactionEntities } from '../table/segmentry-table.ts';

/** Adds what a part of an upload is charged to what the upload has cost, in the transaction that charges it. */
export function uploadCostParts(
  { upload }: TransactionEntities,
  id: string,
  charges: readonly Charge[],
): NamedPart[] {
  const cost = costOf(charges);
  return cost === 0 ? [] : [['uploadCost', upload.patch({ id }).add({ cost }).commit()]];
}
