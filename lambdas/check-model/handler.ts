import { ObjectCreatedMessage } from '../../core/contracts/messages.ts';
import { type CheckModelPorts, checkModel } from '../../core/domain/models/check-model.ts';
import { queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends CheckModelPorts {
  /** Deliveries after which the queue gives a message up. */
  readonly maxReceives: number;
}

/** Checks the weights that S3 tells of. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  queueHandler(async ({ body, attributes }) => {
    const { Records } = ObjectCreatedMessage.parse(JSON.parse(body));
    const lastDelivery = Number(attributes.ApproximateReceiveCount) >= ports.maxReceives;
    for (const { s3 } of Records) {
      const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
      const object = { key, version: s3.object.versionId ?? '', sizeBytes: s3.object.size };
      const outcome = await checkModel(object, { lastDelivery }, ports);
      telemetry.logger.info('Weights arrived', { key, outcome });
    }
  }, telemetry);
