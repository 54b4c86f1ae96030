import {
  changeWebhookRoute,
  createWebhookRoute,
  deleteWebhookRoute,
  getDeliveryRoute,
  getWebhookRoute,
  listDeliveriesRoute,
  listWebhooksRoute,
  replayDeliveryRoute,
  rotateWebhookSecretRoute,
  testWebhookRoute,
} from '../../../core/contracts/http/webhooks.ts';
import { type WebhookRepository, webhookLinks } from '../../../core/domain/entities/webhook.ts';
import {
  changeWebhook,
  createWebhook,
  type ManageWebhooksPorts,
  removeWebhook,
  requireWebhook,
  rotateSecret,
} from '../../../core/domain/webhooks/manage-webhooks.ts';
import {
  type DeliveryPorts,
  replayDelivery,
  requireDelivery,
  testWebhook,
} from '../../../core/domain/webhooks/send-delivery.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { prefetching, type RawRequest } from '../../../core/runtime/prefetch.ts';
import { presentDelivery, presentWebhook } from '../../../core/runtime/present-webhook.ts';

export interface WebhookRoutePorts extends ManageWebhooksPorts, DeliveryPorts {
  readonly webhooks: ManageWebhooksPorts['webhooks'] & Pick<WebhookRepository, 'listPage'>;
}

export function serveWebhooks(app: HttpApp, ports: WebhookRoutePorts): void {
  serveEndpoints(app, ports);
  serveDeliveries(app, ports);
}

function serveEndpoints(app: HttpApp, ports: WebhookRoutePorts): void {
  app.openapi(createWebhookRoute, async (context) => {
    const { webhook, secret } = await createWebhook(
      context.req.valid('json'),
      context.get('principal'),
      ports,
    );
    context.header('location', webhookLinks(webhook.id).self);
    return context.json({ ...presentWebhook(webhook), secret }, 201);
  });

  app.openapi(listWebhooksRoute, async (context) => {
    const { userId } = context.get('principal');
    const { items, next } = await ports.webhooks.listPage(userId, context.req.valid('query'));
    return context.json({ items: items.map(presentWebhook), next }, 200);
  });

  app.openapi(
    prefetching(getWebhookRoute, ({ params }) => ({ webhook: params.id })),
    async (context) => {
      const webhook = requireWebhook(context.req.valid('param').id, context.get('prefetched'));
      return context.json(presentWebhook(webhook), 200);
    },
  );

  app.openapi(changeWebhookRoute, async (context) => {
    const request = { change: context.req.valid('json'), principal: context.get('principal') };
    const webhook = await changeWebhook(context.req.valid('param').id, request, ports);
    return context.json(presentWebhook(webhook), 200);
  });

  app.openapi(deleteWebhookRoute, async (context) => {
    await removeWebhook(context.req.valid('param').id, context.get('principal'), ports);
    return context.body(null, 204);
  });

  app.openapi(rotateWebhookSecretRoute, async (context) => {
    const { id } = context.req.valid('param');
    const { webhook, secret } = await rotateSecret(id, context.get('principal'), ports);
    return context.json({ ...presentWebhook(webhook), secret }, 200);
  });
}

function deliveryKeys({ params: { id, deliveryId } }: RawRequest) {
  const isNamed = id !== undefined && deliveryId !== undefined;
  return { webhook: id, delivery: isNamed ? { webhookId: id, deliveryId } : undefined };
}

function serveDeliveries(app: HttpApp, ports: WebhookRoutePorts): void {
  app.openapi(testWebhookRoute, async (context) => {
    const delivery = await testWebhook(context.req.valid('param').id, context.get('principal'), ports);
    const body = presentDelivery(delivery);
    context.header('location', body.links.self);
    context.header('retry-after', '1');
    return context.json(body, 202);
  });

  app.openapi(
    prefetching(listDeliveriesRoute, ({ params }) => ({ webhook: params.id })),
    async (context) => {
      const { id } = context.req.valid('param');
      requireWebhook(id, context.get('prefetched'));
      const { items, next } = await ports.deliveries.list(id, context.req.valid('query'));
      return context.json({ items: items.map(presentDelivery), next }, 200);
    },
  );

  app.openapi(prefetching(getDeliveryRoute, deliveryKeys), async (context) => {
    const { id, deliveryId } = context.req.valid('param');
    const delivery = requireDelivery({ webhookId: id, deliveryId }, context.get('prefetched'));
    return context.json(presentDelivery(delivery), 200);
  });

  app.openapi(replayDeliveryRoute, async (context) => {
    const { id, deliveryId } = context.req.valid('param');
    const address = { webhookId: id, deliveryId };
    const delivery = await replayDelivery(address, context.get('principal'), ports);
    const body = presentDelivery(delivery);
    context.header('location', body.links.self);
    context.header('retry-after', '1');
    return context.json(body, 202);
  });
}
