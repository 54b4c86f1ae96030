import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Docker } from '../../../localstack/images/docker.ts';
import { labelOfOwner } from '../../../localstack/images/leftovers.ts';
import { type Answer, serveRuntimeApi } from './runtime-api.ts';

/** The user that Lambda runs functions as, who owns nothing in the image. */
const NOBODY = '993:990';
/** What a function may write, as much as Lambda gives where no setting says more. */
const SCRATCH = '/tmp:rw,exec,nosuid,nodev,size=512m,mode=1777';
/** Lambda allows ten seconds; a machine that is busy with other work may take longer. */
const INIT_TIMEOUT_MS = 60_000;
const OUTPUT_LINES = 20;

export interface RunOptions {
  readonly image: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly initTimeoutMs?: number;
}

/** A container that does not do what Lambda asks of a function. */
export class FunctionFailedError extends Error {
  override readonly name = 'FunctionFailedError';
}

export interface RunningFunction {
  /** Of its container. */
  readonly name: string;
  /** Of its Runtime API: no other process has it in its environment. */
  readonly address: string;
  /** @returns what the handler did. @throws FunctionFailedError where it failed; a container that is too slow is ended. */
  invoke(event: unknown): Promise<unknown>;
  output(): string;
  /** Ends the container, which removes it. */
  stop(): Promise<void>;
}

/** Starts an image as Lambda does: not as root, on a file system that can't be written, with so much memory. */
export async function startFunction(docker: Docker, options: RunOptions): Promise<RunningFunction> {
  const { image, memoryMb, timeoutSeconds, initTimeoutMs = INIT_TIMEOUT_MS } = options;
  const name = `segmentry-test-${randomUUID()}`;
  const api = await serveRuntimeApi(`arn:aws:lambda:us-east-1:000000000000:function:${name}`);
  const environment = { ...options.environment, ...lambdaVariables(name, memoryMb, api.address) };
  const child = spawn(
    'docker',
    [
      ...['run', '--rm', '--name', name, '--label', labelOfOwner(), '--network', 'host', '--user', NOBODY],
      ...['--read-only', '--tmpfs', SCRATCH, '--memory', `${memoryMb}m`, '--memory-swap', `${memoryMb}m`],
      // By name: the values go from this process's environment, past the list of processes.
      ...Object.keys(environment).flatMap((variable) => ['--env', variable]),
      image,
    ],
    { env: { ...docker.environment, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('close', (code, signal) => resolve(`ended with ${code ?? signal}`));
  });
  const stop = async () => {
    await docker.run(['rm', '--force', name]).catch(() => {});
    child.kill('SIGKILL');
    await ended;
    api.close();
  };

  /** @throws FunctionFailedError where an error is told of, or nothing comes; the container is gone then. */
  async function expectAnswer(answer: Promise<Answer>, timeoutMs: number, wanted: string): Promise<unknown> {
    const patience = new AbortController();
    const outcome = await Promise.race([
      answer,
      ended.then((how) => `${how} before it ${wanted}`),
      sleep(timeoutMs, `has not ${wanted} after ${timeoutMs / 1000} s`, { signal: patience.signal }),
    ]);
    patience.abort();
    if (typeof outcome === 'object' && 'result' in outcome) return outcome.result;
    if (typeof outcome === 'string') await stop();
    const what = typeof outcome === 'string' ? outcome : `told of an error: ${JSON.stringify(outcome.error)}`;
    const said = output.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n');
    throw new FunctionFailedError(
      `${image} ${what}. It ${said === '' ? 'printed nothing.' : `printed:\n\n${said}`}`,
    );
  }

  await expectAnswer(api.ready, initTimeoutMs, 'asked for an event').catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    name,
    address: api.address,
    invoke: (event) => expectAnswer(api.invoke(event, timeoutSeconds), timeoutSeconds * 1000, 'answered'),
    output: () => output,
    stop,
  };
}

/** What Lambda puts into every function's environment, and handlers read. */
const lambdaVariables = (name: string, memoryMb: number, address: string) => ({
  AWS_LAMBDA_RUNTIME_API: address,
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_LAMBDA_LOG_GROUP_NAME: name,
  AWS_LAMBDA_LOG_STREAM_NAME: name,
  TZ: ':UTC',
});
