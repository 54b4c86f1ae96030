import { type Charge, costOf } from '../../../domain/entities/credits.ts';
import type { NamedPart } from '../table/named-transaction.ts';
import type { TransactionEntities } from '../table/segmentry-table.ts';

/**
 * Adds what a part of an upload is charged to what the upload has cost, in the transaction that records and charges it.
 * Nothing is recorded of an upload that has ended, or that is being ended: its name is `upload` where that is so.
 */
export function uploadCostParts(
  { upload }: TransactionEntities,
  id: string,
  charges: readonly Charge[],
): NamedPart[] {
  const counted = upload.patch({ id }).add({ cost: costOf(charges) });
  const open = counted.where(({ status, isClosed }, { eq, notExists }) =>
    [eq(status, 'processing'), notExists(isClosed)].join(' AND '),
  );
  return [['upload', open.commit()]];
}
