import type { SQSClient } from '@aws-sdk/client-sqs';
import type { BatchQueue } from '../../domain/batches/create-batch.ts';
import { sendBatches } from './send-batches.ts';

/** The queue of what is to be done with the parts of batches. */
export const createBatchQueue = (sqs: SQSClient, queueUrl: string): BatchQueue => ({
  send: (messages) =>
    sendBatches(
      sqs,
      queueUrl,
      messages.map((body) => ({ body })),
    ),
});
