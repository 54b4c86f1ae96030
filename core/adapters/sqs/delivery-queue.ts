import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeliveryQueue } from '../../domain/webhooks/plan-deliveries.ts';

export function createDeliveryQueue(sqs: SQSClient, queueUrl: string): DeliveryQueue {
  return {
    async send(message, delaySeconds = 0): Promise<void> {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          DelaySeconds: delaySeconds,
          // SQS shares a queue fairly between groups: a webhook that hangs does not hold up the others'.
          MessageGroupId: message.webhookId,
        }),
      );
    },
  };
}
