import * as z from 'zod';
import { AnyEvent } from '../../core/contracts/events.ts';
import { type PlanDeliveriesPorts, planDeliveries } from '../../core/domain/webhooks/plan-deliveries.ts';
import { queueHandlerOf } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

const text = z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue);

/** What stands beside an event on the topic, as far as it is read. */
const EventAttributes = z.object({ eventId: text, userId: text, webhookId: text.optional() });

/** Sends the events of the topic on their way to webhooks. */
export const createHandler = (ports: PlanDeliveriesPorts, telemetry: Telemetry) =>
  queueHandlerOf(() => {
    const shared = { ...ports, webhooks: rememberWebhooks(ports.webhooks) };
    return async ({ body, messageAttributes }) => {
      const event = AnyEvent.parse(JSON.parse(body));
      const { eventId, userId, webhookId } = EventAttributes.parse(messageAttributes);
      const webhooks = await planDeliveries({ id: eventId, userId, webhookId, event }, shared);
      telemetry.logger.info('An event was published', { eventId, type: event.type, webhooks });
    };
  }, telemetry);

/**
 * Reads a user's webhooks once for all the events that have come together: whoever had one before an event was published
 * has it in what is read after that.
 */
function rememberWebhooks({ listOfUser }: PlanDeliveriesPorts['webhooks']): PlanDeliveriesPorts['webhooks'] {
  const known = new Map<string, ReturnType<typeof listOfUser>>();
  return {
    listOfUser(userId) {
      const listed = known.get(userId) ?? listOfUser(userId);
      known.set(userId, listed);
      listed.catch(() => known.delete(userId));
      return listed;
    },
  };
}
