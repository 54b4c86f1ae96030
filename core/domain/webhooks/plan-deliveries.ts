import {
  type DeliveredEvent,
  type Delivery,
  type DeliveryRepository,
  planDelivery,
} from '../entities/delivery.ts';
import { listensFor, type WebhookRepository } from '../entities/webhook.ts';

/** An event that was published, with whose it is. */
export interface PublishedEvent extends DeliveredEvent {
  readonly userId: string;
  readonly webhookId?: string | undefined;
}

/** What the queue of deliveries needs to know of one. */
export type QueuedDelivery = Pick<Delivery, 'id' | 'webhookId' | 'userId'>;

export interface DeliveryQueue {
  /** @param delaySeconds up to 900; the most that SQS holds a message back. */
  send(delivery: QueuedDelivery, delaySeconds?: number): Promise<void>;
}

export interface PlanDeliveriesPorts {
  readonly webhooks: Pick<WebhookRepository, 'listOfUser'>;
  readonly deliveries: Pick<DeliveryRepository, 'create'>;
  readonly deliveryQueue: DeliveryQueue;
  readonly now: () => Date;
}

/**
 * Sends an event on its way to each webhook that is to hear of it. Safe to repeat: a delivery is known by its
 * event and its webhook, and a second message finds it done.
 * @returns how many webhooks hear of it.
 */
export async function planDeliveries(published: PublishedEvent, ports: PlanDeliveriesPorts): Promise<number> {
  const webhooks = await ports.webhooks.listOfUser(published.userId);
  const listening = webhooks.filter(
    (webhook) =>
      webhook.status === 'enabled' &&
      (webhook.id === published.webhookId || listensFor(webhook, published.event.type)),
  );
  for (const webhook of listening) {
    const delivery = planDelivery(published, webhook, ports.now());
    await ports.deliveries.create(delivery);
    await ports.deliveryQueue.send(delivery);
  }
  return listening.length;
}
