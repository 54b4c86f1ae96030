import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./programs/run-a-command.ts', import.meta.url));

function start(how: string) {
  const child = spawn(process.execPath, [PROGRAM, how], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('no pipes');
  // Two pipes arrive in no order between them.
  const said = { stdout: '', stderr: '' };
  stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString();
  });
  stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
  });
  // A child whose channel was cut off emits no 'close'.
  const outputEnded = Promise.all([once(stdout, 'end'), once(stderr, 'end')]);
  const ended = once(child, 'exit').then(async ([code]) => {
    await outputEnded;
    return { code: code as number, output: said.stdout + said.stderr, ...said };
  });
  const ready = once(stdout, 'data');
  return { child, ended, ready };
}

test.each([
  ['return-0', 0],
  ['return-3', 3],
])('%s: what was brought up is taken down in reverse order', async (how, expected) => {
  const { code, output } = await start(how).ended;
  expect(code).toBe(expected);
  expect(output).toBe('up\nundone: second\nundone: first\n');
});

test('what it prints comes whole, however slowly it is read', async () => {
  const { child, ended, ready } = start('much');
  await ready;
  child.stdout?.pause();
  setTimeout(() => child.stdout?.resume(), 1_000);
  const { code, stdout } = await ended;
  expect({ code, length: stdout.length }).toEqual({
    code: 0,
    length: 5_000_000 + 'up\nundone: second\nundone: first\n'.length,
  });
});

test('and where nobody reads it any more, it ends', async () => {
  const { child, ended, ready } = start('much');
  await ready;
  child.stdout?.destroy();
  const [code] = await once(child, 'exit');
  void ended.catch(() => {});
  expect(code).toBe(0);
});

test('a mistake of the person is told without a stack and exits with 2', async () => {
  const { code, stdout, stderr } = await start('usage').ended;
  expect(code).toBe(2);
  expect(stderr).toBe('Name a photograph.\n');
  expect(stdout).toBe('up\nundone: second\nundone: first\n');
});

test('something wrong with the machine is told without a stack and exits with 1', async () => {
  const { code, output } = await start('setup').ended;
  expect(code).toBe(1);
  expect(output).toContain('Python is missing.');
  expect(output).not.toContain('    at ');
});

test('a bug is told with its stack, exits with 1 and takes down all the same', async () => {
  const { code, output } = await start('bug').ended;
  expect(code).toBe(1);
  expect(output).toContain('    at ');
  expect(output).toContain('undone: first');
});

test('an undoing that fails does not keep the others from being done', async () => {
  const { code, output } = await start('broken-undo').ended;
  expect(code).toBe(0);
  expect(output).toContain('While taking down: Error: stuck');
  expect(output).toContain('undone: first');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s takes down once and exits with %i', async (signal, expected) => {
  const { child, ended, ready } = start('wait');
  await ready;
  child.kill(signal);
  child.kill(signal);
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(expected);
  expect(stderr).toBe('\nStopping…\n');
  expect(stdout).toBe('up\nundone: second\nundone: first\n');
});

test('what an interruption breaks off does not look like a failure', async () => {
  const { child, ended, ready } = start('interrupted-step');
  await ready;
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toBe('\nStopping…\n');
});

test('the death of the entry that started it takes down too', async () => {
  const { child, ended, ready } = start('wait');
  await ready;
  child.disconnect();
  const { code, output } = await ended;
  expect(code).toBe(143);
  expect(output).toContain('undone: first');
});
