import type { SQSClient } from '@aws-sdk/client-sqs';
import type { PlanZipPorts } from '../../domain/uploads/plan-zip.ts';
import { sendBatches } from './send-batches.ts';

/** The queue of uploads, for the entries of a zip. One user's zip does not hold up the others. */
export const createZipChunkQueue = (sqs: SQSClient, queueUrl: string): PlanZipPorts['zipChunkQueue'] => ({
  send: (messages, userId) =>
    sendBatches(
      sqs,
      queueUrl,
      messages.map((body) => ({ body, group: userId })),
    ),
});
