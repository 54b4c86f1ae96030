import { SegmentMessage } from '../../core/contracts/messages.ts';
import { type AnalyzeSegmentPorts, analyzeSegment } from '../../core/domain/analysis/analyze-segment.ts';
import { isLastDelivery, queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends AnalyzeSegmentPorts {
  /** Deliveries after which the queue gives a message up. */
  readonly maxReceives: number;
}

/** Analyses videos, a segment at a time. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  queueHandler(async (record, signal) => {
    const message = SegmentMessage.parse(JSON.parse(record.body));
    const lastDelivery = isLastDelivery(record, ports.maxReceives);
    const outcome = await analyzeSegment(message, { lastDelivery, signal }, ports);
    telemetry.logger.info('A segment was taken', { ...message, outcome });
  }, telemetry);
