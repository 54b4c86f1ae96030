import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROJECT } from '../../../localstack/paths.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-machine-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command on a machine that has no other programs than these, each of which answers with one line. */
function runOn(programs: Record<string, string>, ...args: string[]) {
  for (const [name, answer] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
  }
  symlinkSync('/bin/sh', join(folder, 'sh'));
  return spawnSync(
    process.execPath,
    [join(PROJECT, 'localstack', 'commands', 'test-localstack.ts'), ...args],
    {
      encoding: 'utf8',
      cwd: PROJECT,
      env: { PATH: folder, HOME: folder },
    },
  );
}

const PYTHON = { python3: '3.13.1' };

test.each([
  ['Python 3.13', { python3: '3.12.1' }, 'pyenv install 3.13'],
  ['Java', PYTHON, 'openjdk-17-jdk-headless'],
])('a machine without %s is told what to install, in one message', (_what, programs, advice) => {
  const { status, stdout, stderr } = runOn(programs);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(advice)]);
});

test('where possible means that such a machine skips all of it, and says why', () => {
  const { status, stdout } = runOn({ python3: '3.12.1' }, '--where-possible');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^skipped: LocalStack \(.*needs Python 3\.13/);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 0 failed, 1 skipped');
});

test.each(['0', 'ten', '-1'])('%s minutes are refused before anything is done', (minutes) => {
  const { status, stderr } = runOn({ ...PYTHON, java: 'openjdk 17' }, `--minutes=${minutes}`);
  expect(status).toBe(2);
  expect(stderr).toContain('--minutes must be a whole number above 0');
});
