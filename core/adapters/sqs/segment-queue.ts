import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AnalyzeImagePorts } from '../../domain/analysis/analyze-image.ts';
import { sendBatches } from './send-batches.ts';

/** The queue of segments of videos. Each user's are a group of their own, which SQS serves fairly. */
export const createSegmentQueue = (sqs: SQSClient, queueUrl: string): AnalyzeImagePorts['segmentQueue'] => ({
  send: (messages, userId) =>
    sendBatches(
      sqs,
      queueUrl,
      messages.map((body) => ({ body, group: userId })),
    ),
});
