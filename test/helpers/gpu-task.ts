import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inject } from 'vitest';
import { readDeployedEnvironment } from './deployed-environment.ts';

export interface StartedTask {
  readonly pid: number;
  /** Its lines so far, as far as they are JSON. */
  readonly lines: readonly Record<string, unknown>[];
  /** @returns how it has ended. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What the GPU stack would set, in short times. */
const SETTINGS = {
  /** `cuda`, to run these tests on a machine with a GPU. */
  EXECUTION_PROVIDER: process.env.EXECUTION_PROVIDER ?? 'cpu',
  TASK_PROCESSES: '1',
  BATCH_SIZE: '2',
  BATCH_WAIT_MS: '10',
  POLL_SECONDS: '1',
  ANALYSIS_LEASE_SECONDS: '4',
  ANALYSIS_MAX_RECEIVES: '5',
  ANALYSIS_TIMEOUT_SECONDS: '120',
  GRACE_SECONDS: '60',
  ANALYSIS_THREADS: '1',
};

/** Starts the task of the GPU stack as a process on this machine, against the deployment. */
export async function startGpuTask(
  queueUrl: string,
  settings: Partial<Record<keyof typeof SETTINGS | 'MODEL_MEMORY_MB' | 'ECS_AGENT_URI', string>> = {},
): Promise<StartedTask> {
  const deployment = inject('deployment');
  const { endpointUrl, account } = deployment;
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, ['lambdas/analyze-image/task.ts'], {
    env: {
      PATH,
      NODE_COMPILE_CACHE,
      ...(await readDeployedEnvironment(deployment)),
      AWS_ENDPOINT_URL: endpointUrl,
      AWS_REGION: account.region,
      AWS_ACCESS_KEY_ID: account.accessKeyId,
      AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
      ...SETTINGS,
      GPU_QUEUE_URL: queueUrl,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Record<string, unknown>[] = [];
  let rest = '';
  const read = (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) lines.push(line.startsWith('{') ? JSON.parse(line) : { text: line });
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', read);
  const ended = once(child, 'exit').then(([code, signal]): Ended => ({ code, signal }));
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    stop(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
