import type { BatchCounts } from '../../contracts/http/batches.ts';
import { type Batch, openCount } from '../entities/batch.ts';

export interface FinishBatchPorts {
  readonly batches: {
    find(batchId: string): Promise<Batch | undefined>;
    counts(batchId: string): Promise<BatchCounts>;
    /** Does nothing where its end is known. */
    markFinished(batch: Batch, counts: BatchCounts, finishedAt: string): Promise<void>;
  };
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
