import type { DeliveryBody, WebhookBody } from '../contracts/http/webhooks.ts';
import type { Delivery, DeliveryAttempt } from '../domain/entities/delivery.ts';
import { type Webhook, webhookLinks } from '../domain/entities/webhook.ts';

/** What clients see of a webhook: never its secrets. */
export function presentWebhook(webhook: Webhook): WebhookBody {
  const { id, url, events, status, disabledReason, failingSince, createdAt, modifiedAt } = webhook;
  return {
    id,
    url,
    events: [...events],
    status,
    disabledReason,
    failingSince,
    createdAt,
    modifiedAt,
    links: webhookLinks(id),
  };
}

/** What clients see of a delivery. */
export function presentDelivery(delivery: Delivery): DeliveryBody {
  return {
    id: delivery.id,
    event: delivery.type,
    eventId: delivery.eventId,
    status: delivery.status,
    attempts: delivery.attempts.map(presentAttempt),
    ...(delivery.status === 'pending' && { nextAttemptAt: delivery.dueAt }),
    createdAt: delivery.createdAt,
    links: { self: `${webhookLinks(delivery.webhookId).deliveries}/${delivery.id}` },
  };
}

const presentAttempt = ({ at, httpStatus, failure, durationMs, answer }: DeliveryAttempt) => ({
  at,
  httpStatus,
  failure,
  durationMs,
  answer,
});
