import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROJECT } from '../../../localstack/paths.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-ci-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs .ci/run with an npm that does what these lines of sh say instead of its two scripts. */
function runCi(scripts: { test: string; localstack: string }, testMinutes = 0) {
  const npm = `#!/bin/sh\nif [ "$1" = test ]; then\n${scripts.test}\nelse\n${scripts.localstack}\nfi\n`;
  writeFileSync(join(folder, 'npm'), npm, { mode: 0o755 });
  // The clock stands still but for the tests.
  const date = `#!/bin/sh\nif [ -e "${folder}/tested" ]; then echo ${testMinutes * 60}; else echo 0; touch "${folder}/tested"; fi\n`;
  writeFileSync(join(folder, 'date'), date, { mode: 0o755 });
  // A browser is there, so that none is installed.
  writeFileSync(join(folder, 'chromium'), '', { mode: 0o755 });
  const { status, stdout } = spawnSync(join(PROJECT, '.ci', 'run'), {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
  });
  return { status, lines: stdout.trimEnd().split('\n') };
}

test('continuous integration ends with the sum of both runs, below what they say themselves', () => {
  const test = 'echo "10 passed, 0 failed, 2 skipped"';
  expect(runCi({ test, localstack: 'echo "   5 passed"; echo "7 passed, 0 failed"' })).toEqual({
    status: 0,
    lines: [
      '10 passed, 0 failed, 2 skipped',
      '   5 passed',
      '7 passed, 0 failed',
      '17 passed, 0 failed, 2 skipped',
    ],
  });
});

test.each([
  [
    { test: 'echo "9 passed, 2 failed"; exit 1', localstack: 'echo "7 passed, 0 failed"' },
    '16 passed, 2 failed',
  ],
  [
    { test: 'echo "9 passed, 0 failed"', localstack: 'echo "6 passed, 1 failed"; exit 1' },
    '15 passed, 1 failed',
  ],
  [{ test: 'echo "no such script"; exit 1', localstack: 'echo "7 passed, 0 failed"' }, '7 passed, 1 failed'],
  [{ test: 'echo "9 passed, 0 failed"; exit 1', localstack: 'exit 137' }, '9 passed, 2 failed'],
])('%j is a failure, and both runs are made all the same', (scripts, last) => {
  const { status, lines } = runCi(scripts);
  expect({ status, last: lines.at(-1) }).toEqual({ status: 1, last });
});

test.each([
  ['what is left of 40 minutes', 17, 23],
  ['less on a slow day', 27, 13],
  ['8 minutes at least', 50, 8],
])('LocalStack has %s', (_what, testMinutes, minutes) => {
  const scripts = { test: 'echo "1 passed, 0 failed"', localstack: 'echo "$@"; echo "7 passed, 0 failed"' };
  const { lines } = runCi(scripts, testMinutes);
  expect(lines).toContain(`run --silent test:localstack -- --where-possible --minutes ${minutes}`);
  expect(lines.at(-1)).toBe('8 passed, 0 failed');
});

test('what failed is told once more above the sum', () => {
  const test = 'echo "failed: a test: why"; echo "1 passed, 1 failed"; exit 1';
  const { lines } = runCi({ test, localstack: 'echo "7 passed, 0 failed"' });
  expect(lines.slice(-3)).toEqual(['What failed:', 'failed: a test: why', '8 passed, 1 failed']);
});
