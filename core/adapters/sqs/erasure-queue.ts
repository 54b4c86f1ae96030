import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ErasureMessage } from '../../contracts/messages.ts';

/**
 * The account itself goes after this is sent, so that no request to erase is lost; nothing is erased before. Whoever finds
 * it there leaves it to the second message.
 */
const SOON_SECONDS = 2;

/**
 * The longest that SQS keeps a message back; requests and uploads that were under way are over by then, and so is the
 * deletion of the account itself.
 */
const AGAIN_SECONDS = 900;

/** Asks for everything that a user owned to be removed: in a moment, and again what came meanwhile. */
export const createErasureQueue =
  (sqs: SQSClient, queueUrl: string) =>
  async (userId: string): Promise<void> => {
    const message: ErasureMessage = { userId };
    const MessageBody = JSON.stringify(message);
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: [
          { Id: 'now', MessageBody, DelaySeconds: SOON_SECONDS },
          { Id: 'again', MessageBody, DelaySeconds: AGAIN_SECONDS },
        ],
      }),
    );
    if (Failed.length > 0) throw new Error(`The queue refused an erasure: ${Failed[0]?.Message}`);
  };
