import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeliveryMessage } from '../../contracts/messages.ts';
import type { DeliveryQueue } from '../../domain/webhooks/plan-deliveries.ts';

export function createDeliveryQueue(sqs: SQSClient, queueUrl: string): DeliveryQueue {
  return {
    async send({ id: deliveryId, webhookId, userId }, delaySeconds = 0): Promise<void> {
      const message: DeliveryMessage = { webhookId, deliveryId };
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          DelaySeconds: delaySeconds,
          // SQS shares a queue fairly between groups: webhooks that hang, however many a user has, do not hold up
          // those of others.
          MessageGroupId: userId,
        }),
      );
    },
  };
}
