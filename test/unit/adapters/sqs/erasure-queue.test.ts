import type { SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { createErasureQueue } from '../../../../core/adapters/sqs/erasure-queue.ts';

/** A queue that takes the first message of each batch and refuses the rest, or takes all. */
function createQueue(refuses: boolean) {
  const inputs: SendMessageBatchCommandInput[] = [];
  const send = async ({ input }: { input: SendMessageBatchCommandInput }) => {
    inputs.push(input);
    const refused = refuses ? (input.Entries ?? []).slice(1) : [];
    return { Failed: refused.map(({ Id }) => ({ Id, Code: 'InternalError', Message: 'busy' })) };
  };
  return { inputs, ask: createErasureQueue({ send } as unknown as SQSClient, 'https://queue') };
}

it('asks for an erasure in a moment, and again for what comes meanwhile', async () => {
  const { inputs, ask } = createQueue(false);
  await ask('usr_1');
  const entries = inputs.flatMap(({ Entries = [] }) => Entries);
  expect(entries.map(({ MessageBody }) => JSON.parse(MessageBody ?? ''))).toEqual([
    { userId: 'usr_1' },
    { userId: 'usr_1' },
  ]);
  expect(entries.map(({ DelaySeconds }) => DelaySeconds)).toEqual([2, 900]);
});

it('fails where the queue takes one of the two and refuses the other, so that the account is not deleted yet', async () => {
  const { ask } = createQueue(true);
  await expect(ask('usr_1')).rejects.toThrow('The queue refused an erasure: busy');
});
