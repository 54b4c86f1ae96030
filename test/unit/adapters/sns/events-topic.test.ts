import type { PublishBatchCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { expect, it } from 'vitest';
import { createEventsTopic } from '../../../../core/adapters/sns/events-topic.ts';
import type { Announcement } from '../../../../core/domain/entities/announcement.ts';

const announcementOf = (index: number) =>
  ({
    id: `evt_${index}`,
    userId: 'usr_1',
    event: { type: 'job.succeeded', timestamp: '', data: { id: `job_${index}`, status: 'succeeded' } },
  }) as unknown as Announcement;

it('publishes ten in a call, each with what is filtered by, and tells which were refused', async () => {
  const sent: PublishBatchCommandInput[] = [];
  const send = async ({ input }: { input: PublishBatchCommandInput }) => {
    sent.push(input);
    return sent.length === 2 ? { Failed: [{ Id: '3' }] } : {};
  };
  const topic = createEventsTopic({ send } as unknown as SNSClient, 'arn');
  const refused = await topic.publish(Array.from({ length: 23 }, (_, index) => announcementOf(index)));
  expect(sent.map(({ PublishBatchRequestEntries: entries }) => entries?.length)).toEqual([10, 10, 3]);
  expect(sent[0]?.PublishBatchRequestEntries?.[4]).toMatchObject({
    Message: JSON.stringify(announcementOf(4).event),
    MessageAttributes: { eventId: { StringValue: 'evt_4' }, userId: { StringValue: 'usr_1' } },
  });
  expect([...refused]).toEqual(['evt_13']);
});

it('asks for nothing where nothing is to be told', async () => {
  const send = () => Promise.reject(new Error('must not be asked'));
  expect(await createEventsTopic({ send } as unknown as SNSClient, 'arn').publish([])).toEqual(new Set());
});
