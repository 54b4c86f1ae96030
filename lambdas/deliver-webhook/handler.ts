import { DeliveryMessage } from '../../core/contracts/messages.ts';
import { type DeliverWebhookPorts, deliverWebhook } from '../../core/domain/webhooks/deliver-webhook.ts';
import { queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

/** Calls webhooks. */
export const createHandler = (ports: DeliverWebhookPorts, telemetry: Telemetry) =>
  queueHandler(async ({ body }) => {
    const message = DeliveryMessage.parse(JSON.parse(body));
    const outcome = await deliverWebhook(message, ports);
    telemetry.logger.info('A delivery was tried', { ...message, outcome });
  }, telemetry);
