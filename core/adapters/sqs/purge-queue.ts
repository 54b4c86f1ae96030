import type { SQSClient } from '@aws-sdk/client-sqs';
import type { PurgeMessage } from '../../contracts/messages.ts';
import { sendBatches } from './send-batches.ts';

/** Asks for what hung on images, videos, webhooks and analyses of videos to be removed. */
export const createPurgeQueue = (sqs: SQSClient, queueUrl: string) => ({
  send: (messages: readonly PurgeMessage[]): Promise<void> =>
    sendBatches(
      sqs,
      queueUrl,
      messages.map((body) => ({ body })),
    ),
});
