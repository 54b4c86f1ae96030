import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

const BATCH_LIMIT = 10;

export interface QueueMessage {
  readonly body: unknown;
  /** Messages of one group take turns with those of others. */
  readonly group?: string;
}

/** @throws where the queue refuses a message. Those before it are sent; sending them again is harmless. */
export async function sendBatches(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly QueueMessage[],
): Promise<void> {
  for (let start = 0; start < messages.length; start += BATCH_LIMIT) {
    const entries = messages.slice(start, start + BATCH_LIMIT).map(({ body, group }, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(body),
      ...(group !== undefined && { MessageGroupId: group }),
    }));
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
    );
    if (Failed.length > 0)
      throw new Error(`The queue refused ${Failed.length} messages: ${Failed[0]?.Message}`);
  }
}
