import { ObjectCreatedMessage } from '../../core/contracts/messages.ts';
import { type CheckModelPorts, checkModel } from '../../core/domain/models/check-model.ts';
import { isLastDelivery, queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends CheckModelPorts {
  /** Deliveries after which the queue gives a message up. */
  readonly maxReceives: number;
}

/** Checks weights that have arrived in the bucket. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  queueHandler(async (record) => {
    const { Records } = ObjectCreatedMessage.parse(JSON.parse(record.body));
    const lastDelivery = isLastDelivery(record, ports.maxReceives);
    for (const { s3 } of Records) {
      const outcome = await checkModel(s3.object, { lastDelivery }, ports);
      telemetry.logger.info('Weights arrived', { key: s3.object.key, outcome });
    }
  }, telemetry);
