import { type BatchRepository, isToBeRetried, openCount } from '../entities/batch.ts';
import { isOpen, type UploadRepository } from '../entities/upload.ts';

export interface FinishBatchPorts {
  readonly batches: Pick<BatchRepository, 'find' | 'listParts' | 'counts' | 'markFinished'>;
  readonly uploads: Pick<UploadRepository, 'find'>;
  readonly now: () => Date;
}

/**
 * Notes that a batch has ended, where none of its jobs is open, none is to be retried, and no zip brings more. Asked
 * again it changes nothing.
 * @returns whether it has.
 */
export async function finishBatch(
  batchId: string,
  { batches, uploads, now }: FinishBatchPorts,
): Promise<boolean> {
  if (openCount(await batches.counts(batchId)) > 0) return false;
  const batch = await batches.find(batchId);
  if (batch === undefined) return false;
  if (batch.upload !== undefined && isOpen(await uploads.find(batch.upload))) return false;
  if (batch.round !== undefined) {
    const parts = await batches.listParts(batchId);
    if (parts.some((part) => isToBeRetried(batch, part))) return false;
  }
  // Counted after the rest was read: what a retry or the zip's last entry has brought since is in the counts, or ends what is written.
  const counts = await batches.counts(batchId);
  if (openCount(counts) > 0) return false;
  await batches.markFinished(batch, counts, now().toISOString());
  return true;
}
