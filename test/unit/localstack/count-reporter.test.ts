import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROJECT } from '../../../localstack/paths.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'segmentry-counts-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const reporter = join(PROJECT, 'test', 'helpers', 'count-reporter.ts');
const vitest = join(PROJECT, 'node_modules', 'vitest', 'vitest.mjs');

function runTests(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const countsFile = join(root, 'counts.json');
  const { stdout } = spawnSync(
    process.execPath,
    [vitest, 'run', '--root', root, '--globals', '--reporter', reporter],
    { encoding: 'utf8', env: { ...process.env, SEGMENTRY_COUNTS_FILE: countsFile } },
  );
  return { stdout, counts: JSON.parse(readFileSync(countsFile, 'utf8')) as unknown };
}

test('passed, failed and skipped tests are counted, a broken file as a failed one, skips with their reasons', () => {
  const { stdout, counts } = runTests({
    'some.test.js': `
      test('holds', () => {});
      test('does not hold', () => { throw new Error('no'); });
      test('needs what is not here', (context) => context.skip('no photographs here'));
      test.skip('nobody knows why', () => {});`,
    'broken.test.js': "throw new Error('broken before any test');",
  });
  expect(counts).toEqual({
    passed: 1,
    failed: 2,
    skipped: 2,
    failures: ['some.test.js > does not hold: no', 'broken.test.js: broken before any test'],
    unended: [],
  });
  expect(stdout).toContain('skipped: needs what is not here (no photographs here)');
  expect(stdout).toContain('skipped: nobody knows why (no reason given)');
});

test('what a run that is broken off has counted stands there, and what had not ended', async () => {
  writeFileSync(join(root, 'ended.test.js'), "test('holds', () => {});");
  writeFileSync(join(root, 'endless.test.js'), "test('waits', () => new Promise(() => {}), 600_000);");
  const countsFile = join(root, 'counts.json');
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--root', root, '--globals', '--maxWorkers=2', '--reporter', reporter],
    { stdio: 'ignore', env: { ...process.env, SEGMENTRY_COUNTS_FILE: countsFile } },
  );
  const passed = () => existsSync(countsFile) && JSON.parse(readFileSync(countsFile, 'utf8') || '{}').passed;
  await expect.poll(passed, { timeout: 60_000 }).toBe(1);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(JSON.parse(readFileSync(countsFile, 'utf8'))).toEqual({
    passed: 1,
    failed: 0,
    skipped: 0,
    failures: [],
    unended: ['endless.test.js'],
  });
}, 90_000);
