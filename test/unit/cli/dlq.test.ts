import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runSegmentry } from '../../helpers/run-segmentry.ts';

let server: Server;
let folder: string;
/** Of the dead letters: how many can be received, and how many somebody has just looked at. */
let shown: number;
let hidden: number;
/** Whether messages are seen again before all were looked at: each look hides them for a few seconds only. */
let seenAgain: boolean;
/** Where requests were signed for. */
let regions: Set<string | undefined>;

beforeEach(async () => {
  seenAgain = false;
  regions = new Set();
  folder = mkdtempSync(join(tmpdir(), 'segmentry-dlq-'));
  server = createServer((request, response) => {
    regions.add(request.headers.authorization?.split('/')[2]);
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const [, action] = String(request.headers['x-amz-target'] ?? '').split('.');
      if (action === undefined) tellResources(response);
      else response.setHeader('content-type', 'application/x-amz-json-1.0').end(answer(action, body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const urlOf = (queue: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${queue}`;

/** A stack with one queue of work and its dead letters. */
function tellResources(response: ServerResponse): void {
  const queues = ['UploadsQueue', 'UploadsDeadLetters'].map(
    (name) =>
      `<member><ResourceType>AWS::SQS::Queue</ResourceType><LogicalResourceId>${name}0A1B2C3D</LogicalResourceId><PhysicalResourceId>${urlOf(name)}</PhysicalResourceId></member>`,
  );
  response.setHeader('content-type', 'text/xml');
  response.end(
    `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${queues.join('')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`,
  );
}

const BODY = 'a chunk';
const digestOf = (text: string) => createHash('md5').update(text).digest('hex');

/** As SQS does. */
function answer(action: string, body: string): string {
  const isDead = JSON.parse(body).QueueUrl.endsWith('UploadsDeadLetters');
  if (action === 'GetQueueAttributes') {
    const arn = (name: string) => `arn:aws:sqs:eu-west-1:1:${name}`;
    const Attributes = isDead
      ? {
          QueueArn: arn('dead'),
          ApproximateNumberOfMessages: String(shown),
          ApproximateNumberOfMessagesNotVisible: String(hidden),
        }
      : { QueueArn: arn('work'), RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead') }) };
    return JSON.stringify({ Attributes });
  }
  if (action === 'SendMessage') return JSON.stringify({ MessageId: 'new', MD5OfMessageBody: digestOf(BODY) });
  // Who does not wait is answered by some of SQS's machines, which may know of no message.
  if (action !== 'ReceiveMessage' || shown === 0 || !(JSON.parse(body).WaitTimeSeconds > 0)) return '{}';
  const MessageId = `m${shown}`;
  if (!seenAgain) shown -= 1;
  return JSON.stringify({
    Messages: [{ MessageId, Body: BODY, MD5OfBody: digestOf(BODY), ReceiptHandle: 'r' }],
  });
}

const runIn = (region: Readonly<Record<string, string>>, args: readonly string[]) =>
  runSegmentry(['dlq', ...args], {
    folder,
    environment: {
      AWS_ENDPOINT_URL: urlOf(''),
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      ...region,
    },
  });
const run = (...args: string[]) => runIn({ AWS_REGION: 'eu-west-1' }, args);

it('counts dead letters that the reconciler has just looked at', async () => {
  [shown, hidden] = [1, 2];
  expect(JSON.parse((await run('list', '--json')).stdout)).toMatchObject({
    name: 'Uploads',
    waiting: 3,
    hidden: 2,
  });
});

it('says how many can be neither shown nor put back for now', async () => {
  [shown, hidden] = [0, 2];
  expect((await run('show', 'Uploads')).stderr).toContain('2 are hidden for now');
  const redriven = await run('redrive', 'Uploads');
  expect(redriven.stdout).toContain('0 put back');
  expect(redriven.stderr).toContain('2 are hidden for now');
});

it('shows each message once, and ends, though they are seen again meanwhile', async () => {
  [shown, hidden, seenAgain] = [1, 0, true];
  const { stdout } = await run('show', 'Uploads', '--limit', '5');
  expect(stdout.match(/a chunk/g)).toHaveLength(1);
});

it('puts one message back that is named, and leaves what lies behind it alone', async () => {
  [shown, hidden] = [3, 0];
  expect((await run('redrive', 'Uploads', '--message', 'm2')).stdout).toContain('1 put back');
  expect(shown).toBe(1);
});

it('says nothing of hidden ones where there are none', async () => {
  [shown, hidden] = [1, 0];
  const { stdout, stderr } = await run('show', 'Uploads');
  expect(stdout).toContain('a chunk');
  expect(stderr).toBe('');
});

it('looks where the CDK deploys to, whose region may come from AWS_DEFAULT_REGION before a profile', async () => {
  [shown, hidden] = [1, 0];
  const AWS_CONFIG_FILE = join(folder, 'config');
  writeFileSync(AWS_CONFIG_FILE, '[default]\nregion = us-west-2\n');
  await runIn({ AWS_CONFIG_FILE, AWS_DEFAULT_REGION: 'eu-south-1' }, ['list']);
  expect([...regions]).toEqual(['eu-south-1']);
  regions.clear();
  await runIn({ AWS_CONFIG_FILE, AWS_DEFAULT_REGION: 'eu-south-1', AWS_REGION: 'eu-west-1' }, ['list']);
  expect([...regions]).toEqual(['eu-west-1']);
});
