import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type KeysAndAttributes,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequest,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { AwsCall } from './aws-call.ts';

/** A call of which a part was done: what that part asked for, and what is answered to the whole. */
interface PartlyDone {
  readonly done: object;
  readonly answer: object;
}

/** Does the first half of a batch, and leaves the rest to be asked for again. Undefined where there are not two. */
export type PartialWriter = (call: AwsCall, body: Buffer) => Promise<PartlyDone | undefined>;

interface Batches {
  readonly RequestItems: Record<string, unknown>;
}

export function createPartialWriter(dynamodb: DynamoDBClient, sqs: SQSClient): PartialWriter {
  async function read({ RequestItems }: Batches): Promise<PartlyDone | undefined> {
    const [table = '', asked] = Object.entries(RequestItems)[0] as [string, KeysAndAttributes];
    const { now, later } = halve(asked.Keys ?? []);
    if (now.length === 0) return undefined;
    const done = { RequestItems: { [table]: { ...asked, Keys: now } } };
    const { Responses } = await dynamodb.send(new BatchGetItemCommand(done));
    return { done, answer: { Responses, UnprocessedKeys: { [table]: { ...asked, Keys: later } } } };
  }

  async function write({ RequestItems }: Batches): Promise<PartlyDone | undefined> {
    const [table = '', asked] = Object.entries(RequestItems)[0] as [string, WriteRequest[]];
    const { now, later } = halve(asked);
    if (now.length === 0) return undefined;
    const done = { RequestItems: { [table]: now } };
    await dynamodb.send(new BatchWriteItemCommand(done));
    return { done, answer: { UnprocessedItems: { [table]: later } } };
  }

  /** Of one message it refuses it. */
  async function sendSome(asked: SendMessageBatchRequest): Promise<PartlyDone> {
    const { now, later } = halve<SendMessageBatchRequestEntry>(asked.Entries ?? []);
    const done = { ...asked, Entries: now };
    const sent = now.length === 0 ? undefined : await sqs.send(new SendMessageBatchCommand(done));
    const Failed = later.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false }));
    return { done, answer: { Successful: sent?.Successful ?? [], Failed } };
  }

  return async ({ operation }, body) => {
    const asked = JSON.parse(body.toString());
    if (operation === 'BatchGetItem') return read(asked);
    if (operation === 'BatchWriteItem') return write(asked);
    return operation === 'SendMessageBatch' ? sendSome(asked) : undefined;
  };
}

function halve<Item>(items: readonly Item[]) {
  const middle = Math.floor(items.length / 2);
  return { now: items.slice(0, middle), later: items.slice(middle) };
}
