import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Announcement } from '../../domain/entities/announcement.ts';

/** Attributes stand beside the message so that subscribers may filter. */
export function createEventsTopic(sns: SNSClient, topicArn: string) {
  return {
    async publish(announcement: Announcement): Promise<void> {
      await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Message: JSON.stringify(announcement.event),
          MessageAttributes: attributesOf(announcement),
        }),
      );
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
