import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ErasureMessage } from '../../contracts/messages.ts';

/** Asks for everything that a user owned to be removed. */
export const createErasureQueue =
  (sqs: SQSClient, queueUrl: string) =>
  async (userId: string): Promise<void> => {
    const message: ErasureMessage = { userId };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
  };
