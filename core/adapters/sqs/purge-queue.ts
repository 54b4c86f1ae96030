import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { PurgeMessage } from '../../contracts/messages.ts';

/** Asks for what hung on images and videos to be removed. */
export const createPurgeQueue = (sqs: SQSClient, queueUrl: string) => ({
  async send(message: PurgeMessage): Promise<void> {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
  },
});
