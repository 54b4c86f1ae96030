import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ErasureMessage } from '../../contracts/messages.ts';

/** The longest that SQS keeps a message back; requests and uploads that were under way are over by then. */
const AGAIN_SECONDS = 900;

/** Asks for everything that a user owned to be removed: at once, and again what came meanwhile. */
export const createErasureQueue =
  (sqs: SQSClient, queueUrl: string) =>
  async (userId: string): Promise<void> => {
    const message: ErasureMessage = { userId };
    const MessageBody = JSON.stringify(message);
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: [
          { Id: 'now', MessageBody },
          { Id: 'again', MessageBody, DelaySeconds: AGAIN_SECONDS },
        ],
      }),
    );
  };
