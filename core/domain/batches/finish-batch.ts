import type { BatchCounts } from '../../contracts/http/batches.ts';
import { type Batch, openCount } from '../entities/batch.ts';

export interface EndBatchPorts {
  readonly batches: {
    find(batchId: string): Promise<Batch | undefined>;
    counts(batchId: string): Promise<BatchCounts>;
    /** Does nothing where its end is known. */
    markEnded(batch: Batch, counts: BatchCounts, endedAt: string): Promise<void>;
  };
  readonly now: () => Date;
}

/**
 * Notes that a batch has ended, where none of its jobs is open. Asked again it changes nothing.
 * @returns whether it has.
 */
export async function endBatch(batchId: string, { batches, now }: EndBatchPorts): Promise<boolean> {
  const counts = await batches.counts(batchId);
  if (openCount(counts) > 0) return false;
  const batch = await batches.find(batchId);
  if (batch !== undefined) await batches.markEnded(batch, counts, now().toISOString());
  return batch !== undefined;
}
