import { type BatchRepository, openCount } from '../entities/batch.ts';

export interface FinishBatchPorts {
  readonly batches: Pick<BatchRepository, 'find' | 'counts' | 'markFinished'>;
  readonly now: () => Date;
}

/**
 * Notes that a batch has ended, where none of its jobs is open. Asked again it changes nothing.
 * @returns whether it has.
 */
export async function finishBatch(batchId: string, { batches, now }: FinishBatchPorts): Promise<boolean> {
  const counts = await batches.counts(batchId);
  if (openCount(counts) > 0) return false;
  const batch = await batches.find(batchId);
  if (batch !== undefined) await batches.markFinished(batch, counts, now().toISOString());
  return batch !== undefined;
}
