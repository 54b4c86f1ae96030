import { randomUUID } from 'node:crypto';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { FinishedJobEvent } from '../../core/contracts/events.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { hideMessagesFor } from '../helpers/hide-messages.ts';
import { makeImage } from '../helpers/make-image.ts';
import { pollUntil, waitForEnd } from '../helpers/pipeline.ts';
import { signedInClient } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const { outputs } = deployment;
const call = await signedInClient();
const { sqs, sns } = createAwsClients(deployment);
const [model] = deployment.models;

/** Longer than the analysis of a small image by a worker that has its model. */
const HIDDEN_SECONDS = 8;
let usuallyHiddenSeconds: number;
beforeAll(async () => {
  usuallyHiddenSeconds = await hideMessagesFor(outputs.AnalysisQueueUrl, HIDDEN_SECONDS);
});
afterAll(() => hideMessagesFor(outputs.AnalysisQueueUrl, usuallyHiddenSeconds));

const submit = async (number: number) => {
  const { body } = await call(`POST /v1/images?models=${model}`, {
    bytes: await makeImage(number),
    headers: { 'content-type': 'image/jpeg' },
  });
  return body.jobs[0];
};

const send = (queueUrl: string, bodies: string[]) =>
  sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    }),
  );

/** Takes everything out of a queue that is there now. */
async function drain(queueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (Messages.length === 0) return bodies;
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
  }
}

async function isEmpty(queueUrl: string): Promise<boolean> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
  );
  return names.every((name) => Attributes?.[name] === '0');
}

/** A topic may send only where the queue's own policy lets it. */
const grantTopicSend = (queueArn: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': outputs.EventsTopicArn } },
      },
    ],
  });

describe('finished jobs', () => {
  let subscriberUrl: string;
  beforeAll(async () => {
    const name = `subscriber-${randomUUID()}`;
    const queueArn = `arn:aws:sqs:${deployment.account.region}:${deployment.account.accountId}:${name}`;
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: { Policy: grantTopicSend(queueArn) } }),
    );
    subscriberUrl = QueueUrl;
    await sns.send(
      new SubscribeCommand({
        TopicArn: outputs.EventsTopicArn,
        Protocol: 'sqs',
        Endpoint: queueArn,
        Attributes: {
          RawMessageDelivery: 'true',
          FilterPolicy: JSON.stringify({ status: ['succeeded'], model: [model] }),
        },
      }),
    );
  });

  const announcedOf = (messages: string[], jobId: string) =>
    messages.map((body) => FinishedJobEvent.parse(JSON.parse(body))).filter(({ data }) => data.id === jobId);

  it('are announced to subscribers that filter by status and model', async () => {
    const job = await submit(101);
    const seen: string[] = [];
    await pollUntil(
      async () => seen.push(...(await drain(subscriberUrl))),
      () => announcedOf(seen, job.id).length > 0,
      90,
    );
    const { summary } = (await call(`GET ${job.links.result}`)).body;
    expect(announcedOf(seen, job.id)).toMatchObject([
      {
        type: 'job.succeeded',
        data: { status: 'succeeded', links: { result: job.links.result }, summary },
      },
    ]);
  });

  it('are finished once, however often their message is delivered', async () => {
    const job = await submit(102);
    const message = JSON.stringify({ jobId: job.id });
    await send(outputs.AnalysisQueueUrl, [message, message, message]);
    const ended = await waitForEnd(call, job.links.self);
    expect(ended).toMatchObject({ status: 'succeeded', attempts: 1 });
    await pollUntil(() => isEmpty(outputs.AnalysisQueueUrl), Boolean, 60);
    expect((await call(`GET ${job.links.self}`)).body).toEqual(ended);
    expect(announcedOf(await drain(subscriberUrl), job.id)).toHaveLength(1);
  });
});

it('a poisoned message ends in the dead letters while its batch mates succeed', async () => {
  const poison = `no JSON: ${randomUUID()}`;
  const [before, after] = [await submit(103), await submit(104)];
  await send(outputs.AnalysisQueueUrl, [
    JSON.stringify({ jobId: before.id }),
    poison,
    JSON.stringify({ jobId: after.id }),
  ]);
  for (const job of [before, after]) {
    expect(await waitForEnd(call, job.links.self)).toMatchObject({ status: 'succeeded' });
  }
  const dead: string[] = [];
  await pollUntil(
    async () => dead.push(...(await drain(outputs.AnalysisDeadLettersUrl))),
    () => dead.includes(poison),
    90,
  );
  const mates = [before, after].map(({ id }) => JSON.stringify({ jobId: id }));
  expect(dead.filter((body) => body === poison || mates.includes(body))).toEqual([poison]);
}, 180_000);

it("a message about no upload, and S3's test event, leave the upload queue empty", async () => {
  const record = (key: string) => ({
    eventName: 'ObjectCreated:Post',
    s3: { bucket: { name: 'b' }, object: { key, size: 1, eTag: 'e', versionId: 'v' } },
  });
  const messages = [
    JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent' }),
    JSON.stringify({ Records: [record('uploads/upl_nobody'), record('uploads/with+a%20space')] }),
  ];
  await send(outputs.UploadQueueUrl, messages);
  await pollUntil(() => isEmpty(outputs.UploadQueueUrl), Boolean, 30);
  // Other tests have dead letters of their own.
  const dead = await drain(outputs.UploadDeadLettersUrl);
  expect(dead.filter((body) => messages.includes(body))).toEqual([]);
});
