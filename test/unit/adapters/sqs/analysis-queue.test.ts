import type { SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { createAnalysisQueue } from '../../../../core/adapters/sqs/analysis-queue.ts';

function createQueue(answer: object = {}) {
  const inputs: SendMessageBatchCommandInput[] = [];
  const client = {
    send: async ({ input }: { input: SendMessageBatchCommandInput }) => inputs.push(input) && answer,
  };
  return { inputs, queue: createAnalysisQueue(client as unknown as SQSClient, 'https://queue') };
}
const messages = (count: number) => Array.from({ length: count }, (_, index) => ({ jobId: `job_${index}` }));

it('groups messages by user, so that a standard queue serves users in turn', async () => {
  const { inputs, queue } = createQueue();
  await queue.send(messages(2), 'usr_1');
  const entries = inputs[0]?.Entries ?? [];
  expect(entries.map(({ MessageGroupId }) => MessageGroupId)).toEqual(['usr_1', 'usr_1']);
  // Of a FIFO queue these would hold a user's jobs back behind one another.
  expect(entries.every((entry) => entry.MessageDeduplicationId === undefined)).toBe(true);
});

it('sends ten at a time, and nothing for no jobs', async () => {
  const { inputs, queue } = createQueue();
  await queue.send(messages(23), 'usr_1');
  expect(inputs.map(({ Entries }) => Entries?.length)).toEqual([10, 10, 3]);
  await queue.send([], 'usr_1');
  expect(inputs).toHaveLength(3);
});

it('fails where the queue refuses a message', async () => {
  const { queue } = createQueue({ Failed: [{ Id: '0', Message: 'too long' }] });
  await expect(queue.send(messages(1), 'usr_1')).rejects.toThrow('too long');
});
