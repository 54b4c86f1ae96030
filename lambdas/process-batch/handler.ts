import { BatchMessage } from '../../core/contracts/messages.ts';
import { type ExportBatchPorts, exportBatch } from '../../core/domain/batches/export/export-batch.ts';
import {
  type ProcessBatchPartPorts,
  processBatchPart,
} from '../../core/domain/batches/process-batch-part.ts';
import { queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

type Ports = ProcessBatchPartPorts & ExportBatchPorts;

/** Makes, cancels and retries the jobs of batches, a part at a time, and writes large exports. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  queueHandler(async ({ body }) => {
    const message = BatchMessage.parse(JSON.parse(body));
    const outcome = await work(message, ports);
    telemetry.logger.info('A batch was worked on', { ...message, outcome });
  }, telemetry);

async function work(message: BatchMessage, ports: Ports): Promise<'ignored' | 'done'> {
  if (message.action !== 'export') return processBatchPart(message, ports);
  const batch = await ports.batches.find(message.batchId);
  if (batch === undefined) return 'ignored';
  await exportBatch(batch, message, ports);
  return 'done';
}
