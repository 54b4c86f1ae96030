import { BatchPartMessage } from '../../core/contracts/messages.ts';
import { type ProcessBatchPartPorts, processBatchPart } from '../../core/domain/process-batch-part.ts';
import { queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

/** Makes, cancels and retries the jobs of batches, a part at a time. */
export const createHandler = (ports: ProcessBatchPartPorts, telemetry: Telemetry) =>
  queueHandler(async ({ body }) => {
    const message = BatchPartMessage.parse(JSON.parse(body));
    const outcome = await processBatchPart(message, ports);
    telemetry.logger.info('A part of a batch was worked on', { ...message, outcome });
  }, telemetry);
