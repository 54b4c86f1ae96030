import type { DeliveryBody, WebhookBody } from '../contracts/http/webhooks.ts';
import type { Delivery } from '../domain/entities/delivery.ts';
import { type Webhook, webhookLinks } from '../domain/entities/webhook.ts';

/** What clients see of a webhook: never its secrets. */
export function presentWebhook({ userId, secrets, status, disabledAt, ...shown }: Webhook): WebhookBody {
  return { ...shown, events: [...shown.events], status, links: webhookLinks(shown.id) };
}

/** What clients see of a delivery. */
export function presentDelivery(delivery: Delivery): DeliveryBody {
  return {
    id: delivery.id,
    event: delivery.type,
    eventId: delivery.eventId,
    status: delivery.status,
    attempts: [...delivery.attempts],
    ...(delivery.status === 'pending' && { nextAttemptAt: delivery.dueAt }),
    createdAt: delivery.createdAt,
    links: { self: `${webhookLinks(delivery.webhookId).deliveries}/${delivery.id}` },
  };
}
