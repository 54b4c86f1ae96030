import { type BatchRepository, isToBeRetried, openCount } from '../entities/batch.ts';

export interface FinishBatchPorts {
  readonly batches: Pick<BatchRepository, 'find' | 'listParts' | 'counts' | 'markFinished'>;
  readonly now: () => Date;
}

/**
 * Notes that a batch has ended, where none of its jobs is open and none is to be retried. Asked again it changes
 * nothing.
 * @returns whether it has.
 */
export async function finishBatch(batchId: string, { batches, now }: FinishBatchPorts): Promise<boolean> {
  if (openCount(await batches.counts(batchId)) > 0) return false;
  const batch = await batches.find(batchId);
  if (batch === undefined) return false;
  if (batch.round !== undefined) {
    const parts = await batches.listParts(batchId);
    if (parts.some((part) => isToBeRetried(batch, part))) return false;
  }
  // Counted after the batch was read: what a retry has brought since is in the counts, or ends what is written.
  const counts = await batches.counts(batchId);
  if (openCount(counts) > 0) return false;
  await batches.markFinished(batch, counts, now().toISOString());
  return true;
}
