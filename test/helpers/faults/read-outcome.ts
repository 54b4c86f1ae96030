import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Outcome } from '../check-outcome.ts';
import { type FaultDeployment, QUEUES } from './fault-deployment.ts';

type Item = Record<string, unknown>;

/** All items of the table, and all keys of the bucket. */
export async function readOutcome({ document, s3, outputs }: FaultDeployment): Promise<Outcome> {
  const { TableName, BucketName } = outputs.Segmentry;
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await document.send(
      new ScanCommand({ TableName, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  const byEntity = Map.groupBy(items, (item) => String(item.__edb_e__));
  const objectKeys: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: BucketName, ...(token && { ContinuationToken: token }) }),
    );
    objectKeys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return { of: (entity) => byEntity.get(entity) ?? [], objectKeys };
}

const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

/** Messages of a queue, those that somebody has taken too; what is held back for later is not counted. */
async function countIn({ sqs, findQueue }: FaultDeployment, name: string): Promise<number> {
  const QueueUrl = await findQueue(name);
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((sum, each) => sum + Number(Attributes[each]), 0);
}

/** Messages that somebody is to work on or works on. */
export async function countMessages(deployment: FaultDeployment): Promise<Record<string, number>> {
  const counts = await Promise.all(
    QUEUES.map(async (name) => [name, await countIn(deployment, name)] as const),
  );
  return Object.fromEntries(counts);
}

export interface Letter {
  readonly queue: string;
  readonly body: string;
  /** Puts it back into the queue that gave it up. */
  redrive(): Promise<void>;
}

/** Letters that the reconciler has looked at are hidden for a moment. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 2000;

/** All dead letters, also those that the reconciler has looked at a moment ago: they are waited for. */
export async function readDeadLetters(
  deployment: FaultDeployment,
  patienceMs = PATIENCE_MS,
): Promise<Letter[]> {
  const letters: Letter[] = [];
  for (const queue of QUEUES) {
    const count = await countIn(deployment, `${queue}DeadLetters`);
    const deadline = Date.now() + patienceMs;
    const found: Letter[] = [];
    while (found.length < count) {
      const some = await receiveLetters(deployment, queue);
      found.push(...some);
      if (Date.now() > deadline) break;
      if (some.length === 0) await sleep(PAUSE_MS);
    }
    letters.push(...found);
  }
  return letters;
}

async function receiveLetters({ sqs, findQueue }: FaultDeployment, queue: string): Promise<Letter[]> {
  const [QueueUrl, live] = await Promise.all([findQueue(`${queue}DeadLetters`), findQueue(queue)]);
  const request = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
  return Messages.map(({ Body = '', ReceiptHandle }) => ({
    queue,
    body: Body,
    redrive: async () => {
      await sqs.send(new SendMessageCommand({ QueueUrl: live, MessageBody: Body }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
  }));
}
