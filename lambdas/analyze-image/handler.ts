import { AnalysisMessage } from '../../core/contracts/messages.ts';
import { type AnalyzeImagePorts, analyzeImage } from '../../core/domain/analysis/analyze-image.ts';
import { isLastDelivery, queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends AnalyzeImagePorts {
  /** Deliveries after which the queue gives a message up. */
  readonly maxReceives: number;
}

/** Runs the jobs of the analysis queue. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  queueHandler(async (record, signal) => {
    const message = AnalysisMessage.parse(JSON.parse(record.body));
    const lastDelivery = isLastDelivery(record, ports.maxReceives);
    const outcome = await analyzeImage(message, { lastDelivery, signal }, ports);
    telemetry.logger.info('A job was taken', { ...message, outcome });
  }, telemetry);
