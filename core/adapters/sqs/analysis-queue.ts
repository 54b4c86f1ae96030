import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AnalysisMessage } from '../../contracts/messages.ts';
import type { AnalysisQueue } from '../../domain/upload-image.ts';

const BATCH_LIMIT = 10;

export function createAnalysisQueue(sqs: SQSClient, queueUrl: string): AnalysisQueue {
  return {
    async send(messages: readonly AnalysisMessage[]): Promise<void> {
      for (let start = 0; start < messages.length; start += BATCH_LIMIT) {
        const entries = messages
          .slice(start, start + BATCH_LIMIT)
          .map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
        const { Failed } = await sqs.send(
          new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
        );
        if (Failed !== undefined && Failed.length > 0) {
          throw new Error(`The analysis queue refused ${Failed.length} messages: ${Failed[0]?.Message}`);
        }
      }
    },
  };
}
