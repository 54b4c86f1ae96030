import { type MessageAttributeValue, PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Announcement } from '../../domain/entities/announcement.ts';

/** As many as one call takes. With events of 20 kB each they stay under its 256 KiB. */
const BATCH_LIMIT = 10;

/** Attributes stand beside the message so that subscribers may filter. */
export function createEventsTopic(sns: SNSClient, topicArn: string) {
  return {
    /** @returns the ids of those that the topic has refused. */
    async publish(announcements: readonly Announcement[]): Promise<ReadonlySet<string>> {
      const refused = new Set<string>();
      for (let start = 0; start < announcements.length; start += BATCH_LIMIT) {
        const batch = announcements.slice(start, start + BATCH_LIMIT);
        const entries = batch.map((announcement, index) => ({
          Id: String(index),
          Message: JSON.stringify(announcement.event),
          MessageAttributes: attributesOf(announcement),
        }));
        const { Failed = [] } = await sns.send(
          new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: entries }),
        );
        for (const { Id } of Failed) refused.add(batch[Number(Id)]?.id ?? '');
      }
      return refused;
    },
  };
}

function attributesOf({
  id,
  userId,
  model,
  webhookId,
  event,
}: Announcement): Record<string, MessageAttributeValue> {
  return {
    eventId: text(id),
    type: text(event.type),
    status: text(event.data.status),
    userId: text(userId),
    ...(model !== undefined && { model: text(model) }),
    ...(webhookId !== undefined && { webhookId: text(webhookId) }),
  };
}

const text = (value: string): MessageAttributeValue => ({ DataType: 'String', StringValue: value });
