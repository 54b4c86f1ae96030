import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand, ScanCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { clientConfiguration } from '../../localstack/client-configuration.ts';
import { ministack } from '../../localstack/ministack/ministack.ts';
import { createProgress } from '../../localstack/progress.ts';
import { createRunFolder } from '../../localstack/run-folder.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { needs } from '../helpers/needs.ts';

/** Tells the queue of each record that was written to the table. */
const TELL = `
  const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
  const sqs = new SQSClient();
  exports.handler = async ({ Records }) => {
    for (const { dynamodb } of Records) {
      const MessageBody = dynamodb.Keys.id.S;
      await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody }));
    }
  };
`;

const TEMPLATE = {
  Resources: {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: 'objects', VersioningConfiguration: { Status: 'Enabled' } },
    },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'records',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      },
    },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'told' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
          ],
        },
        Policies: [
          {
            PolicyName: 'tell',
            PolicyDocument: {
              Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'dynamodb:*'], Resource: '*' }],
            },
          },
        ],
      },
    },
    Tell: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 20,
        Code: { ZipFile: TELL },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' } } },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        FunctionName: { Ref: 'Tell' },
        StartingPosition: 'TRIM_HORIZON',
      },
    },
  },
};
const TableName = 'records';
const Bucket = 'objects';

describe('MiniStack, as it is served here', () => {
  needs(inject('deployment').emulator === 'ministack', 'MiniStack is');

  const root = mkdtempSync(join(tmpdir(), 'ministack-'));
  const run = createRunFolder(root);
  const progress = createProgress();
  const start = (port?: number) => ministack.start(run, { port, keepsState: true });
  let emulator: Awaited<ReturnType<typeof start>>;
  let clients: ReturnType<typeof createAwsClients>;

  beforeAll(async () => {
    await ministack.prepare(progress);
    emulator = await start();
    const { endpointUrl, account } = emulator;
    clients = createAwsClients(emulator);
    const client = new CloudFormationClient(clientConfiguration(endpointUrl, account));
    await client.send(
      new CreateStackCommand({
        StackName: 'small',
        TemplateBody: JSON.stringify(TEMPLATE),
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    await waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 1 }, { StackName: 'small' });
  });

  afterAll(async () => {
    await emulator?.stop();
    rmSync(root, { recursive: true });
  });

  async function hear(count: number): Promise<string[]> {
    const told: string[] = [];
    const QueueUrl = `${emulator.endpointUrl}/${emulator.account.accountId}/told`;
    await expect
      .poll(async () => {
        const { Messages = [] } = await clients.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        told.push(...Messages.map(({ Body = '' }) => Body));
        return told.length;
      })
      .toBe(count);
    return told.sort();
  }

  const write = async (...ids: string[]) => {
    for (const id of ids) await clients.dynamodb.send(new PutCommand({ TableName, Item: { id } }));
  };

  it('tells the readers of a stream of each record once, and goes on where it is started again', async () => {
    await write('a', 'b', 'c');
    expect(await hear(3)).toEqual(['a', 'b', 'c']);
    await write('d');
    expect(await hear(1)).toEqual(['d']);
    const port = Number(new URL(emulator.endpointUrl).port);
    await emulator.stop();
    emulator = await start(port);
    await write('e');
    expect(await hear(1)).toEqual(['e']);
  });

  it('has each version of an object in a file, and the one before where the last is deleted', async () => {
    const Key = 'picture';
    const put = (body: string) => clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: body }));
    const read = async (VersionId?: string) => {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      return Body?.transformToString();
    };
    const first = await put('one');
    const second = await put('two');
    expect([await read(), await read(first.VersionId), await read(second.VersionId)]).toEqual([
      'two',
      'one',
      'two',
    ]);
    await clients.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: second.VersionId }));
    expect(await read()).toBe('one');
    const marker = await clients.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await expect(read()).rejects.toThrow();
    await clients.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker.VersionId }));
    expect(await read()).toBe('one');
  });

  it('takes a transaction that comes again for the same, and refuses another of its token', async () => {
    const write = (amount: number) =>
      clients.dynamodb.send(
        new TransactWriteCommand({
          ClientRequestToken: 'once',
          TransactItems: [
            {
              Update: {
                TableName,
                Key: { id: 'counted' },
                UpdateExpression: 'ADD amount :amount',
                ExpressionAttributeValues: { ':amount': amount },
              },
            },
          ],
        }),
      );
    await write(1);
    await write(1);
    await expect(write(2)).rejects.toThrow('different payload');
    const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName }));
    expect(Items.find(({ id }) => id === 'counted')).toEqual({ id: 'counted', amount: 1 });
  });
});
