import * as z from 'zod';
import { EventType } from '../events.ts';
import { DeliveryId, WebhookId } from '../ids.ts';
import { createRoute } from './create-route.ts';
import { pageOf, pageQuery } from './paging.ts';
import { idParams } from './params.ts';
import { problemResponses } from './problem.ts';
import { WebhookUrl } from './webhook-url.ts';

/** An event type, or all of a kind. */
export const EventPattern = z.enum(['job.*', 'batch.*', 'upload.*', ...EventType.options]);
export type EventPattern = z.infer<typeof EventPattern>;

const Events = z.array(EventPattern).min(1).max(20).describe('What is reported to the endpoint');

export const CreateWebhookBody = z
  .strictObject({ url: WebhookUrl, events: Events })
  .meta({ id: 'CreateWebhook' });
export type CreateWebhookBody = z.infer<typeof CreateWebhookBody>;

export const ChangeWebhookBody = z
  .strictObject({
    url: WebhookUrl.exactOptional(),
    events: Events.exactOptional(),
    status: z.enum(['enabled', 'disabled']).exactOptional(),
  })
  .meta({ id: 'ChangeWebhook' });
export type ChangeWebhookBody = z.infer<typeof ChangeWebhookBody>;

const webhookShape = {
  id: WebhookId,
  url: z.string(),
  events: z.array(EventPattern),
  status: z.enum(['enabled', 'disabled']),
  disabledReason: z
    .enum(['owner', 'gone', 'failing'])
    .optional()
    .describe('By you, by its answer 410, or by failing for days'),
  failingSince: z.iso.datetime().optional().describe('Since when no call has succeeded'),
  createdAt: z.iso.datetime(),
  modifiedAt: z.iso.datetime(),
  links: z.object({ self: z.string(), deliveries: z.string() }),
};
export const WebhookBody = z.object(webhookShape).meta({ id: 'Webhook' });
export type WebhookBody = z.infer<typeof WebhookBody>;

export const WebhookWithSecret = z
  .object({ ...webhookShape, secret: z.string().describe('Verifies signatures; shown this once') })
  .meta({ id: 'WebhookWithSecret' });

export const DeliveryBody = z
  .object({
    id: DeliveryId,
    event: z.string().describe('Its type'),
    eventId: z.string().describe('The `webhook-id` header'),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.array(
      z.object({
        at: z.iso.datetime(),
        httpStatus: z.int().optional().describe('Absent where no answer came'),
        failure: z.enum(['timed_out', 'address_refused', 'name_not_found', 'connection_failed']).optional(),
        durationMs: z.number(),
        answer: z.string().describe('The first bytes of what was answered'),
      }),
    ),
    nextAttemptAt: z.iso.datetime().optional(),
    createdAt: z.iso.datetime(),
    links: z.object({ self: z.string() }),
  })
  .meta({ id: 'WebhookDelivery' });
export type DeliveryBody = z.infer<typeof DeliveryBody>;

const tags = ['Webhooks'];
const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });
const deliveryParams = idParams.extend({ deliveryId: z.string().min(1).max(128) });

export const createWebhookRoute = createRoute({
  method: 'post',
  path: '/v1/webhooks',
  tags,
  summary: 'Be called when something happens',
  description:
    'Calls are signed as https://www.standardwebhooks.com says: verify `webhook-id`, `webhook-timestamp` and ' +
    '`webhook-signature` with the secret. Answer 2xx within 15 seconds; anything else is tried again.',
  request: { body: { required: true, content: json(CreateWebhookBody) } },
  responses: { 201: { description: 'Made', content: json(WebhookWithSecret) }, ...problemResponses },
});

export const listWebhooksRoute = createRoute({
  method: 'get',
  path: '/v1/webhooks',
  tags,
  summary: 'Your webhooks',
  request: { query: z.object(pageQuery) },
  responses: { 200: { description: 'A page', content: json(pageOf(WebhookBody)) }, ...problemResponses },
});

export const getWebhookRoute = createRoute({
  method: 'get',
  path: '/v1/webhooks/{id}',
  tags,
  summary: 'A webhook',
  request: { params: idParams },
  responses: { 200: { description: 'The webhook', content: json(WebhookBody) }, ...problemResponses },
});

export const changeWebhookRoute = createRoute({
  method: 'patch',
  path: '/v1/webhooks/{id}',
  tags,
  summary: 'Change where a webhook goes or what it tells, or enable it again',
  request: { params: idParams, body: { required: true, content: json(ChangeWebhookBody) } },
  responses: { 200: { description: 'The webhook', content: json(WebhookBody) }, ...problemResponses },
});

export const deleteWebhookRoute = createRoute({
  method: 'delete',
  path: '/v1/webhooks/{id}',
  tags,
  summary: 'Remove a webhook; what is under way to it is dropped',
  request: { params: idParams },
  responses: { 204: { description: 'Removed' }, ...problemResponses },
});

export const rotateWebhookSecretRoute = createRoute({
  method: 'post',
  path: '/v1/webhooks/{id}/rotate-secret',
  tags,
  summary: 'Give a webhook a new secret',
  description: 'For a day calls are signed with both, so that you can change over without missing any.',
  request: { params: idParams },
  responses: {
    200: { description: 'The new secret', content: json(WebhookWithSecret) },
    ...problemResponses,
  },
});

export const testWebhookRoute = createRoute({
  method: 'post',
  path: '/v1/webhooks/{id}/test',
  tags,
  summary: 'Send a `webhook.test` event',
  request: { params: idParams },
  responses: { 202: { description: 'On its way', content: json(DeliveryBody) }, ...problemResponses },
});

export const listDeliveriesRoute = createRoute({
  method: 'get',
  path: '/v1/webhooks/{id}/deliveries',
  tags,
  summary: 'What was sent in the last 30 days, newest event first, with each attempt',
  request: { params: idParams, query: z.object(pageQuery) },
  responses: { 200: { description: 'A page', content: json(pageOf(DeliveryBody)) }, ...problemResponses },
});

export const getDeliveryRoute = createRoute({
  method: 'get',
  path: '/v1/webhooks/{id}/deliveries/{deliveryId}',
  tags,
  summary: 'One delivery',
  request: { params: deliveryParams },
  responses: { 200: { description: 'The delivery', content: json(DeliveryBody) }, ...problemResponses },
});

export const replayDeliveryRoute = createRoute({
  method: 'post',
  path: '/v1/webhooks/{id}/deliveries/{deliveryId}/replay',
  tags,
  summary: 'Send it again now, under the same `webhook-id`',
  request: { params: deliveryParams },
  responses: { 202: { description: 'On its way', content: json(DeliveryBody) }, ...problemResponses },
});
