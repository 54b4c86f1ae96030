import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, expect, it, vi } from 'vitest';
import { composeSqs } from '../../../core/composition/aws-clients.ts';

const closed: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of closed.splice(0)) close();
});

/** SQS, as far as a client notices: busy for so many requests, then there. */
async function startQueue(busyRequests: number) {
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume();
    requests += 1;
    if (requests <= busyRequests) response.writeHead(503);
    response.end(JSON.stringify({ MessageId: 'one', MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closed.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, count: () => requests };
}

const environmentFor = (url: string) => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

async function sendTo(url: string): Promise<unknown> {
  for (const [name, value] of Object.entries(environmentFor(url))) vi.stubEnv(name, value);
  return composeSqs().send(new SendMessageCommand({ QueueUrl: `${url}/1/queue`, MessageBody: 'hello' }));
}

it('a call is tried five times before it fails', async () => {
  const passing = await startQueue(4);
  await expect(sendTo(passing.url)).resolves.toMatchObject({ MessageId: 'one' });
  const dead = await startQueue(100);
  await expect(sendTo(dead.url)).rejects.toThrow();
  expect(dead.count()).toBe(5);
});

/** A function that makes one call, with the middlewares that all functions wear. */
const FUNCTION = `
  import middy from '@middy/core';
  import { SendMessageCommand } from '@aws-sdk/client-sqs';
  import { composeSqs } from './core/composition/aws-clients.ts';
  import { createTelemetry, telemetryMiddlewares } from './core/runtime/telemetry.ts';
  const sqs = composeSqs();
  const QueueUrl = process.env.AWS_ENDPOINT_URL + '/1/queue';
  const work = () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
  await middy(work).use(telemetryMiddlewares(createTelemetry('one')))({}, {}).catch(() => {});
`;

const TRACE_ID = '1-5759e988-bd862e3fe1be46a994272793';
const FUNCTION_ID = '557abcec3ee5a047';

/** What Lambda tells a process about the trace that it is part of, and whether it is recorded. */
const traceEnvironment = (daemonPort: number, isTraced: boolean) => ({
  LAMBDA_TASK_ROOT: '/var/task',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemonPort}`,
  _X_AMZN_TRACE_ID: `Root=${TRACE_ID};Parent=${FUNCTION_ID};Sampled=${isTraced ? 1 : 0};Lineage=1:a:0`,
});

/** @returns what the daemon of X-Ray hears of a function. */
async function traceOf({ isTraced = true, busyRequests = 0 }): Promise<object[]> {
  const queue = await startQueue(busyRequests);
  const daemon = createSocket('udp4');
  daemon.bind(0, '127.0.0.1');
  await once(daemon, 'listening');
  closed.push(() => daemon.close());
  const heard: object[] = [];
  daemon.on('message', (message) => {
    const [preface, document = ''] = message.toString().split('\n');
    expect(JSON.parse(preface ?? '')).toEqual({ format: 'json', version: 1 });
    heard.push(JSON.parse(document));
  });
  const child = spawn(process.execPath, ['--input-type=module', '--eval', FUNCTION], {
    env: { ...environmentFor(queue.url), ...traceEnvironment(daemon.address().port, isTraced) },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  await once(child, 'exit');
  return heard;
}

it('a call is a part of the trace of the function that makes it, by the name of the service', async () => {
  const [call, ...more] = await traceOf({ busyRequests: 1 });
  expect(more).toEqual([]);
  expect(call).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{16}$/),
    trace_id: TRACE_ID,
    parent_id: FUNCTION_ID,
    type: 'subsegment',
    namespace: 'aws',
    name: 'SQS',
    aws: {
      operation: 'SendMessage',
      region: 'us-east-1',
      retries: 1,
      queue_url: expect.stringMatching(/\/1\/queue$/),
    },
    http: { response: { status: 200 } },
  });
  expect(call).not.toHaveProperty('fault');
});

it('a call that failed says why, and how often it was tried', async () => {
  const [call] = await traceOf({ busyRequests: 100 });
  expect(call).toMatchObject({
    fault: true,
    aws: { operation: 'SendMessage', retries: 4 },
    http: { response: { status: 503 } },
    cause: { exceptions: [{ type: expect.stringMatching(/\w/) }] },
  });
});

it('nothing is told of a function that is not traced', async () => {
  expect(await traceOf({ isTraced: false })).toEqual([]);
});
