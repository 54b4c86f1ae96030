import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { startTimeOf } from '../../../localstack/processes/start-time.mjs';
import { runProgram } from '../../../localstack/run-program.ts';

const run = (script: string, timeoutMs = 20_000) => {
  const groups: number[] = [];
  const result = runProgram('sh', ['-c', script], {
    environment: { PATH: process.env.PATH ?? '', GREETING: 'hello' },
    folder: tmpdir(),
    timeoutMs,
    onStart: (groupId) => groups.push(groupId),
  });
  return { result, groups };
};

test('gives what the program said on both streams, and how it ended', async () => {
  expect(await run('echo $GREETING; echo $HOME >&2; exit 3').result).toEqual({
    exitCode: 3,
    timedOut: false,
    output: 'hello\n\n',
  });
});

test('ends a program with all its children at the time limit', async () => {
  const { result, groups } = run('sleep 60 & echo $!; wait', 300);
  const { timedOut, exitCode, output } = await result;
  expect(timedOut).toBe(true);
  expect(exitCode).not.toBe(0);
  expect(startTimeOf(Number(groups[0]))).toBeUndefined();
  expect(startTimeOf(Number(output))).toBeUndefined();
});

test('a program that does not exist is an error', async () => {
  const options = { environment: {}, folder: tmpdir(), timeoutMs: 1000 };
  await expect(runProgram('no-such-program', [], options)).rejects.toThrow('ENOENT');
});
