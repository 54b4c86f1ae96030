import {
  type Delivery,
  type DeliveryAddress,
  DeliveryNotFoundError,
  type DeliveryRepository,
  planDelivery,
} from '../entities/delivery.ts';
import { newId } from '../entities/ids.ts';
import type { Principal } from '../entities/principal.ts';
import { WebhookDisabledError, type WebhookRepository, webhookLinks } from '../entities/webhook.ts';
import type { Prefetched } from '../request/prefetch.ts';
import { findWebhook, requireWebhook } from './manage-webhooks.ts';
import type { PlanDeliveriesPorts } from './plan-deliveries.ts';

export interface DeliveryPorts extends Omit<PlanDeliveriesPorts, 'webhooks' | 'deliveries'> {
  readonly webhooks: Pick<WebhookRepository, 'find'>;
  readonly deliveries: DeliveryRepository;
}

/** @throws WebhookNotFoundError, WebhookDisabledError */
export async function testWebhook(
  webhookId: string,
  principal: Principal,
  ports: DeliveryPorts,
): Promise<Delivery> {
  const webhook = await findWebhook(webhookId, principal, ports);
  if (webhook.status !== 'enabled') throw new WebhookDisabledError(webhookId);
  const now = ports.now();
  const data = { id: webhookId, status: 'test', links: webhookLinks(webhookId) };
  const event = { type: 'webhook.test', timestamp: now.toISOString(), data };
  const delivery = planDelivery({ id: newId('evt'), event }, webhook, now);
  await ports.deliveries.create(delivery);
  await ports.deliveryQueue.send(delivery);
  return delivery;
}

/** Prefetched. @throws WebhookNotFoundError, DeliveryNotFoundError */
export function requireDelivery(
  { webhookId, deliveryId }: DeliveryAddress,
  prefetched: Pick<Prefetched, 'webhook' | 'delivery'>,
): Delivery {
  requireWebhook(webhookId, prefetched);
  if (prefetched.delivery === undefined) throw new DeliveryNotFoundError(deliveryId, webhookId);
  return prefetched.delivery;
}

/**
 * Sends a delivery again at once, under the id it had.
 * @throws WebhookNotFoundError, WebhookDisabledError, DeliveryNotFoundError
 */
export async function replayDelivery(
  address: DeliveryAddress,
  principal: Principal,
  ports: DeliveryPorts,
): Promise<Delivery> {
  const webhook = await findWebhook(address.webhookId, principal, ports);
  if (webhook.status !== 'enabled') throw new WebhookDisabledError(webhook.id);
  const delivery = await ports.deliveries.find(webhook.id, address.deliveryId);
  if (delivery === undefined) throw new DeliveryNotFoundError(address.deliveryId, webhook.id);
  const restarted = await ports.deliveries.restart(delivery, ports.now());
  await ports.deliveryQueue.send(delivery);
  return restarted;
}
