import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AnalysisQueue } from '../../domain/media/upload-image.ts';
import { sendBatches } from './send-batches.ts';

/**
 * The queue of jobs. Each user's messages are a group of a standard queue, which SQS serves fairly: a user with
 * a long backlog does not hold up the others.
 */
export const createAnalysisQueue = (sqs: SQSClient, queueUrl: string): AnalysisQueue => ({
  send: (messages, userId) =>
    sendBatches(
      sqs,
      queueUrl,
      messages.map((body) => ({ body, group: userId })),
    ),
});
