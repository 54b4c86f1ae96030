import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueMessage } from '../../domain/entities/queue-message.ts';

/** As many as SQS gives at a time. */
const RECEIVED_AT_MOST = 10;

interface SourceOptions {
  readonly queueUrl: string;
  /** How long one request waits for a message, up to 20. */
  readonly waitSeconds: number;
}

/** A queue as a worker sees it that asks for messages itself. */
export const createMessageSource = (sqs: SQSClient, { queueUrl: QueueUrl, waitSeconds }: SourceOptions) => ({
  /** @param hiddenSeconds how long nobody else gets them. */
  async receive(most: number, hiddenSeconds: number): Promise<QueueMessage[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(most, RECEIVED_AT_MOST),
        VisibilityTimeout: Math.ceil(hiddenSeconds),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    return Messages.map(({ Body = '', ReceiptHandle = '', Attributes }) => ({
      body: Body,
      receipt: ReceiptHandle,
      receives: Number(Attributes?.ApproximateReceiveCount ?? 1),
    }));
  },

  /** Hides a message for so long from now; 0 gives it to the next who asks. */
  async hide({ receipt: ReceiptHandle }: QueueMessage, seconds: number): Promise<void> {
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: Math.ceil(seconds) }),
    );
  },

  async remove({ receipt: ReceiptHandle }: QueueMessage): Promise<void> {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  },
});
