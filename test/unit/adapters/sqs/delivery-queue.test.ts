import type { SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { createDeliveryQueue } from '../../../../core/adapters/sqs/delivery-queue.ts';

it('groups deliveries by user, so that one with many webhooks that hang does not hold up others', async () => {
  const inputs: SendMessageCommandInput[] = [];
  const client = { send: async ({ input }: { input: SendMessageCommandInput }) => void inputs.push(input) };
  const queue = createDeliveryQueue(client as unknown as SQSClient, 'https://queue');
  for (const webhookId of ['whk_1', 'whk_2']) await queue.send({ id: 'dlv_1', webhookId, userId: 'usr_1' });
  expect(inputs.map(({ MessageGroupId }) => MessageGroupId)).toEqual(['usr_1', 'usr_1']);
  expect(JSON.parse(inputs[0]?.MessageBody ?? '')).toEqual({ webhookId: 'whk_1', deliveryId: 'dlv_1' });
});
