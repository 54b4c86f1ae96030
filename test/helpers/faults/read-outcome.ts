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

/** Messages that somebody is to work on or works on; what is held back for later is not counted. */
export async function countMessages({ sqs, findQueue }: FaultDeployment): Promise<Record<string, number>> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const counts = await Promise.all(
    QUEUES.map(async (name) => {
      const QueueUrl = await findQueue(name);
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
      );
      return [name, AttributeNames.reduce((sum, each) => sum + Number(Attributes[each]), 0)] as const;
    }),
  );
  return Object.fromEntries(counts);
}

interface Letter {
  readonly queue: string;
  readonly body: string;
  /** Puts it back into the queue that gave it up. */
  redrive(): Promise<void>;
}

/** All dead letters. */
export async function readDeadLetters({ sqs, findQueue }: FaultDeployment): Promise<Letter[]> {
  const letters: Letter[] = [];
  for (const queue of QUEUES) {
    const [QueueUrl, live] = await Promise.all([findQueue(`${queue}DeadLetters`), findQueue(queue)]);
    for (;;) {
      const request = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 20 };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
      if (Messages.length === 0) break;
      for (const { Body = '', ReceiptHandle } of Messages) {
        const redrive = async () => {
          await sqs.send(new SendMessageCommand({ QueueUrl: live, MessageBody: Body }));
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        };
        letters.push({ queue, body: Body, redrive });
      }
    }
  }
  return letters;
}
