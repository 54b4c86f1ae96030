import type { BatchExportMessage } from '../../../contracts/messages.ts';
import type { BatchRepository } from '../../entities/batch.ts';
import { type ExportBatchPorts, exportBatch } from './export-batch.ts';

export interface WriteExportPorts extends ExportBatchPorts {
  readonly batches: ExportBatchPorts['batches'] & Pick<BatchRepository, 'find' | 'failExport'>;
}

/**
 * Writes a file of results that was asked for. What can't be written until `signal` is given up: it would not be at another
 * try, and who asks is told so.
 */
export async function writeExport(
  { batchId, format, key }: BatchExportMessage,
  signal: AbortSignal,
  ports: WriteExportPorts,
): Promise<'ignored' | 'done' | 'given up'> {
  const batch = await ports.batches.find(batchId);
  if (batch === undefined) return 'ignored';
  try {
    await exportBatch(batch, { format, key }, { ...ports, limits: { signal } });
    return 'done';
  } catch (error) {
    if (!signal.aborted) throw error;
    await ports.batches.failExport(batchId, { format, key });
    return 'given up';
  }
}
