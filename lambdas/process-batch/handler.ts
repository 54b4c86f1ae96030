import { BatchMessage } from '../../core/contracts/messages.ts';
import { type WriteExportPorts, writeExport } from '../../core/domain/batches/export/write-export.ts';
import {
  type ProcessBatchPartPorts,
  processBatchPart,
} from '../../core/domain/batches/process-batch-part.ts';
import { queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

type Ports = ProcessBatchPartPorts & WriteExportPorts;

/** Makes, cancels and retries the jobs of batches, a part at a time, and writes large exports. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  queueHandler(async ({ body }, signal) => {
    const message = BatchMessage.parse(JSON.parse(body));
    const outcome = await (message.action === 'export'
      ? writeExport(message, signal, ports)
      : processBatchPart(message, ports));
    telemetry.logger.info('A batch was worked on', { ...message, outcome });
  }, telemetry);
