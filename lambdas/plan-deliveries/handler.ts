import * as z from 'zod';
import { AnyEvent } from '../../core/contracts/events.ts';
import { type PlanDeliveriesPorts, planDeliveries } from '../../core/domain/webhooks/plan-deliveries.ts';
import { queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

const text = z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue);

/** What stands beside an event on the topic, as far as it is read. */
const EventAttributes = z.object({ eventId: text, userId: text, webhookId: text.optional() });

/** Sends the events of the topic on their way to webhooks. */
export const createHandler = (ports: PlanDeliveriesPorts, telemetry: Telemetry) =>
  queueHandler(async ({ body, messageAttributes }) => {
    const event = AnyEvent.parse(JSON.parse(body));
    const { eventId, userId, webhookId } = EventAttributes.parse(messageAttributes);
    const webhooks = await planDeliveries({ id: eventId, userId, webhookId, event }, ports);
    telemetry.logger.info('An event was published', { eventId, type: event.type, webhooks });
  }, telemetry);
