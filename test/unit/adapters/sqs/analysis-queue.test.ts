import type { SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { createAnalysisQueue } from '../../../../core/adapters/sqs/analysis-queue.ts';
import type { Device } from '../../../../core/contracts/device.ts';

const ON_BOTH = { ANALYSIS_QUEUE_URL: 'https://queue', GPU_QUEUE_URL: 'https://gpu' };

function createQueue(answer: object = {}, urls: Parameters<typeof createAnalysisQueue>[1] = ON_BOTH) {
  const inputs: SendMessageBatchCommandInput[] = [];
  const client = {
    send: async ({ input }: { input: SendMessageBatchCommandInput }) => inputs.push(input) && answer,
  };
  return { inputs, queue: createAnalysisQueue(client as unknown as SQSClient, urls) };
}
const messages = (count: number, device: Device = 'cpu') =>
  Array.from({ length: count }, (_, index) => ({ jobId: `${device}_${index}`, device }));

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

it('sends each job to the queue of its device', async () => {
  const { inputs, queue } = createQueue();
  await queue.send([...messages(1, 'gpu'), ...messages(2), ...messages(1, 'gpu')], 'usr_1');
  const sent = inputs.map(({ QueueUrl, Entries = [] }) => [
    QueueUrl,
    Entries.map((each) => each.MessageBody),
  ]);
  expect(Object.fromEntries(sent)).toEqual({
    'https://gpu': ['{"jobId":"gpu_0"}', '{"jobId":"gpu_0"}'],
    'https://queue': ['{"jobId":"cpu_0"}', '{"jobId":"cpu_1"}'],
  });
});

it('sends to Lambda what was accepted for a GPU that is not there any more', async () => {
  const { inputs, queue } = createQueue({}, { ANALYSIS_QUEUE_URL: 'https://queue' });
  await queue.send(messages(1, 'gpu'), 'usr_1');
  expect(inputs.map(({ QueueUrl }) => QueueUrl)).toEqual(['https://queue']);
});

it('fails where the queue refuses a message', async () => {
  const { queue } = createQueue({ Failed: [{ Id: '0', Message: 'too long' }] });
  await expect(queue.send(messages(1), 'usr_1')).rejects.toThrow('too long');
});
