import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { bundleLambda } from '../../lib/bundle.ts';
import { stacksOf } from './new-app.ts';

/** What the task's definition sets, and nothing else: a name that a deployment fills in is filled in here. */
function readEnvironment(deployed: Readonly<Record<string, string>>): Record<string, string> {
  const { gpu } = stacksOf({ target: 'aws', gpu: 'true' });
  const [task] = Object.values(Template.fromStack(gpu as Stack).findResources('AWS::ECS::TaskDefinition'));
  const variables: { Name: string; Value: unknown }[] = task?.Properties.ContainerDefinitions[0].Environment;
  return Object.fromEntries(
    variables.map(({ Name, Value }) => [
      Name,
      typeof Value === 'string' ? Value : (deployed[Name] ?? 'deployed'),
    ]),
  );
}

/** No GPU is here, and nobody waits for messages. */
const HERE = { EXECUTION_PROVIDER: 'cpu', TASK_PROCESSES: '2', POLL_SECONDS: '0' };

/** ECS's agent and SQS in one: gives credentials, keeps what it is asked with, and has no messages. */
async function startAws() {
  const signed: string[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/credentials') {
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      const keys = { AccessKeyId: 'OFTHETASK', SecretAccessKey: 'secret', Token: 'token' };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...keys, Expiration }));
      return;
    }
    signed.push(request.headers.authorization ?? 'unsigned');
    request.resume();
    setTimeout(() => response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}'), 20);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    signed,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

it('holds all that the task needs where ECS runs it: it takes credentials from the agent, asks the queue, and ends on SIGTERM', async () => {
  const bundle = bundleLambda({
    name: 'analyze-image',
    native: ['sharp', 'onnxruntime-node'],
    platform: { os: process.platform, arch: process.arch },
    files: ['task.Dockerfile'],
  });
  // Far from the checkout, whose node_modules would lend it what it lacks.
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-task-'));
  cpSync(bundle, folder, { recursive: true });
  const aws = await startAws();
  const child = spawn(process.execPath, ['--enable-source-maps', 'task.mjs'], {
    cwd: folder,
    env: {
      ...readEnvironment({ GPU_QUEUE_URL: `${aws.url}/123456789012/gpu`, AWS_REGION: 'us-east-1' }),
      ...HERE,
      AWS_ENDPOINT_URL: aws.url,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/credentials`,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk) => errors.push(chunk));
  const ended = once(child, 'exit');
  try {
    await Promise.race([
      expect.poll(() => aws.signed.length, { timeout: 60_000 }).toBeGreaterThan(1),
      ended.then(() => expect.fail(`It has ended: ${Buffer.concat(errors)}`)),
    ]);
    expect(aws.signed[0]).toContain('Credential=OFTHETASK/');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    aws.close();
    rmSync(folder, { recursive: true });
  }
});
