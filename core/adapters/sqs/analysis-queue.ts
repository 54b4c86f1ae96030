import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Device } from '../../contracts/device.ts';
import type { AnalysisMessage } from '../../contracts/messages.ts';
import type { AnalysisQueue } from '../../domain/media/upload-image.ts';
import { sendBatches } from './send-batches.ts';

/** The queue of each device. */
export interface AnalysisQueueUrls {
  readonly ANALYSIS_QUEUE_URL: string;
  /** Undefined where there are no GPUs, or none any more: jobs that were accepted for one run on Lambda then. */
  readonly GPU_QUEUE_URL?: string | undefined;
}

/**
 * The queues of jobs. Each user's messages are a group of a standard queue, which SQS serves fairly: a user with
 * a long backlog does not hold up the others.
 */
export function createAnalysisQueue(sqs: SQSClient, urls: AnalysisQueueUrls): AnalysisQueue {
  const urlOf: Record<Device, string> = {
    cpu: urls.ANALYSIS_QUEUE_URL,
    gpu: urls.GPU_QUEUE_URL ?? urls.ANALYSIS_QUEUE_URL,
  };
  return {
    async send(messages, userId) {
      for (const [url, some] of Map.groupBy(messages, ({ device }) => urlOf[device])) {
        const bodies = some.map(({ device: _, ...body }): AnalysisMessage => body);
        await sendBatches(
          sqs,
          url,
          bodies.map((body) => ({ body, group: userId })),
        );
      }
    },
  };
}
