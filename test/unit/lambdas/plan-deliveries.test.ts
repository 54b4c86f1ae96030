import type { Context, SQSRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import type { Webhook } from '../../../core/domain/entities/webhook.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';
import { createHandler } from '../../../lambdas/plan-deliveries/handler.ts';

const attribute = (stringValue: string) => ({ stringValue, dataType: 'String' });

const recordOf = (eventId: string, userId: string) =>
  ({
    messageId: eventId,
    body: JSON.stringify({
      type: 'upload.finished',
      timestamp: '2026-01-01T00:00:05.000Z',
      data: { id: `upl_${'0'.repeat(32)}`, status: 'done', links: { self: '/v1/uploads/1' } },
    }),
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: { eventId: attribute(eventId), userId: attribute(userId) },
  }) as unknown as SQSRecord;

const context = { functionName: 'plan-deliveries', getRemainingTimeInMillis: () => 30_000 } as Context;

it('reads the webhooks of each user once for the events that come together, and anew for those that come later', async () => {
  const listed: string[] = [];
  const planned: string[] = [];
  const handler = createHandler(
    {
      webhooks: {
        listOfUser: async (userId) => {
          listed.push(userId);
          return [
            {
              id: `whk_${userId}`,
              userId,
              status: 'enabled',
              events: ['upload.finished'],
            } as unknown as Webhook,
          ];
        },
      },
      deliveries: { create: async ({ id, userId }) => void planned.push(`${userId} ${id}`) },
      deliveryQueue: { send: async () => {} },
      now: () => new Date(),
    },
    createTelemetry('test'),
  );
  const events = [recordOf('evt_1', 'usr_1'), recordOf('evt_2', 'usr_1'), recordOf('evt_3', 'usr_2')];
  expect(await handler({ Records: events }, context)).toEqual({ batchItemFailures: [] });
  expect(listed).toEqual(['usr_1', 'usr_2']);
  expect(planned).toHaveLength(3);
  await handler({ Records: [recordOf('evt_4', 'usr_1')] }, context);
  expect(listed).toEqual(['usr_1', 'usr_2', 'usr_1']);
});
