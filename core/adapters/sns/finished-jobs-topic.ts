import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { FinishedJobEvent } from '../../contracts/events.ts';
import type { Job } from '../../domain/job.ts';

/** Attributes stand beside the message so that subscribers may filter. */
export function createFinishedJobsTopic(sns: SNSClient, topicArn: string) {
  const text = (value: string) => ({ DataType: 'String', StringValue: value });

  return {
    async publish(event: FinishedJobEvent, job: Job): Promise<void> {
      await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Message: JSON.stringify(event),
          MessageAttributes: {
            status: text(job.status),
            userId: text(job.userId),
            model: text(job.model.id),
          },
        }),
      );
    },
  };
}
