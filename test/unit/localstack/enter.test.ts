import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../../../localstack/paths.ts';

function enter(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(PROJECT, 'localstack', 'enter.mjs'), ...args],
    { encoding: 'utf8', cwd: PROJECT },
  );
  return { status, stdout, stderr };
}

test.each(['demo', 'start', 'test', 'check'])('%s tells what it does', (command) => {
  const { status, stdout, stderr } = enter(command, '--help');
  expect(status).toBe(0);
  expect(stdout).toContain('Usage: npm');
  expect(stderr).toBe('');
});

test.each([[[]], [['no-such-command']], [['../enter/enter']]])(
  '%j is answered by the commands there are',
  (args) => {
    const { status, stderr } = enter(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('demo');
  },
);

test('a mistake in the arguments costs no waiting and exits with 2', () => {
  const { status, stderr } = enter('demo', '/no/such/photograph.jpg');
  expect(status).toBe(2);
  expect(stderr).toContain('There is no file /no/such/photograph.jpg');
});
