import { createHash } from 'node:crypto';
import type { AnyEvent } from '../../contracts/events.ts';
import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import { DomainError } from './errors.ts';
import type { PostFailure } from './post-webhook.ts';
import type { Webhook } from './webhook.ts';

/** One call that was made, and what came of it. */
export interface DeliveryAttempt {
  readonly at: string;
  readonly httpStatus?: number;
  readonly failure?: PostFailure;
  readonly durationMs: number;
  /** The first bytes of the answer. */
  readonly answer: string;
}

/** Where a delivery is, for its webhook's owner. */
export interface DeliveryAddress {
  readonly webhookId: string;
  readonly deliveryId: string;
}

/** One event on its way to one webhook. */
export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly userId: string;
  /** What the receiver knows it by, equal in each attempt and replay. */
  readonly eventId: string;
  readonly type: string;
  /** What is sent, byte for byte the same each time. */
  readonly body: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: readonly DeliveryAttempt[];
  /** How many attempts were made before the schedule last began anew. */
  readonly earlierAttempts: number;
  /** When the next attempt is due; while one is made, when another may be made in its place. */
  readonly dueAt: string;
  readonly createdAt: string;
}

/** Attempts that a replay leaves: up to 3 kB each with its answer, of the 400 that a record may have with those to come. */
export const ATTEMPTS_KEPT = 50;

/** Where deliveries are kept. */
export interface DeliveryRepository {
  find(webhookId: string, deliveryId: string): Promise<Delivery | undefined>;
  /** Newest event first. */
  list(webhookId: string, page: PageRequest): Promise<Page<Delivery>>;
  /** Writes a delivery, unless it is there already. */
  create(delivery: Delivery): Promise<void>;
  /** Makes it pending and due at `dueAt`, with the whole schedule before it and its latest attempts behind it. */
  restart(delivery: Delivery, dueAt: Date): Promise<Delivery>;
}

export interface DeliveredEvent {
  readonly id: string;
  readonly event: AnyEvent;
}

/** The delivery of an event to a webhook: the same one however often it is planned. */
export function planDelivery({ id: eventId, event }: DeliveredEvent, webhook: Webhook, now: Date): Delivery {
  return {
    id: deliveryId(eventId, event.timestamp, webhook.id),
    webhookId: webhook.id,
    userId: webhook.userId,
    eventId,
    type: event.type,
    body: JSON.stringify(event),
    status: 'pending',
    attempts: [],
    earlierAttempts: 0,
    dueAt: now.toISOString(),
    createdAt: now.toISOString(),
  };
}

/** Ids that sort by the time of their event. */
function deliveryId(eventId: string, timestamp: string, webhookId: string): string {
  const time = Date.parse(timestamp).toString(16).padStart(12, '0');
  const digest = createHash('sha256').update(`${eventId} ${webhookId}`).digest('hex');
  return `dlv_${time}${digest.slice(0, 20)}`;
}

export class DeliveryNotFoundError extends DomainError {
  readonly code = 'delivery_not_found';
  readonly kind = 'not_found';

  constructor(deliveryId: string, webhookId: string) {
    super(
      `There is no delivery ${deliveryId}. GET /v1/webhooks/${webhookId}/deliveries lists them; ` +
        'they are kept for 30 days.',
    );
  }
}
