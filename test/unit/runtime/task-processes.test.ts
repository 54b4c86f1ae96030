import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../helpers/task-program.ts', import.meta.url));
const PATIENCE = { timeout: 20_000, interval: 20 };

let task: ChildProcess;
afterEach(() => task.kill('SIGKILL'));

/** @param ready says of each process, in the order in which they are started, whether it becomes ready. */
function start(ready: readonly (0 | 1)[]) {
  task = spawn(process.execPath, [PROGRAM, ready.join()], {
    env: { ...process.env, POWERTOOLS_LOG_LEVEL: 'ERROR' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [task.stdout, task.stderr]) stream?.on('data', (part) => (text += part));
  const pidOf = (number: number) => {
    const [, pid] = new RegExp(`{"started":${number},"pid":(\\d+)}`).exec(text) ?? [];
    return Number(pid ?? expect.fail(`process ${number} has not started: ${text}`));
  };
  const ended = once(task, 'exit').then(([code]) => code);
  return {
    ended,
    text: () => text,
    /** Kills a process without a signal that it could hear, once it has started. */
    async kill(number: number): Promise<void> {
      process.kill(await vi.waitFor(() => pidOf(number), PATIENCE), 'SIGKILL');
    },
    started: (number: number) => vi.waitFor(() => pidOf(number), PATIENCE),
    stop: () => task.kill('SIGTERM'),
  };
}

it('replaces a process that is killed before it is ready, and leaves the others to their work', async () => {
  const { kill, started, stop, ended, text } = start([1, 0, 1]);
  await started(1);
  await kill(2);
  await Promise.race([started(3), ended]);
  expect(text()).toContain('another takes its place');
  stop();
  expect(await ended).toBe(0);
});

it('counts only processes in a row that were not ready: one that was shows that the program can start', async () => {
  const { kill, started, stop, ended } = start([1, 0, 0, 1, 0, 0, 1]);
  for (const number of [2, 3, 4, 5, 6]) await kill(number);
  await Promise.race([started(7), ended]);
  stop();
  expect(await ended).toBe(0);
});

it('ends with an error once three in a row were not ready', async () => {
  const { kill, ended, text } = start([0]);
  for (const number of [1, 2, 3]) await kill(number);
  expect(await ended).toBe(1);
  expect(text()).toContain('A process of the task could not start');
});
