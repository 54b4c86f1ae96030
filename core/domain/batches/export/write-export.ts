import type { BatchExportMessage } from '../../../contracts/messages.ts';
import type { BatchRepository } from '../../entities/batch.ts';
import { type ExportBatchPorts, exportBatch } from './export-batch.ts';

export interface WriteExportPorts extends ExportBatchPorts {
  readonly batches: ExportBatchPorts['batches'] & Pick<BatchRepository, 'find' | 'beginExport' | 'endExport'>;
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
  const { batches } = ports;
  const file = { format, key };
  const batch = await batches.find(batchId);
  if (batch === undefined || !(await batches.beginExport(batchId, file))) return 'ignored';
  try {
    await exportBatch(batch, file, { ...ports, limits: { signal } });
  } catch (error) {
    await batches.endExport(batchId, file, signal.aborted ? 'given up' : 'broken off');
    if (!signal.aborted) throw error;
    return 'given up';
  }
  await batches.endExport(batchId, file, 'written');
  return 'done';
}
