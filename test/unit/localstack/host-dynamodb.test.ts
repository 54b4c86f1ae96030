import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureDynamoDb } from '../../../localstack/host/dynamodb.ts';
import { silentProgress } from '../../../localstack/progress.ts';

/** Stands for java, javac and mvn: tells a version, and counts installations. */
const FAKE_TOOL = `#!/bin/sh
case "$*" in *ersion) echo "tool 17.0.1"; exit 0 ;; esac
echo "$(basename "$0")" >> "$CALLS"
[ ! -e "$CALLS.broken" ] || { echo "no route to the repository"; exit 1; }
`;

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'segmentry-dynamodb-'));
  folder = join(root, 'dynamodb');
  for (const tool of ['java', 'javac', 'mvn']) writeFileSync(join(root, tool), FAKE_TOOL, { mode: 0o755 });
  vi.stubEnv('PATH', `${root}${delimiter}${process.env.PATH}`);
  vi.stubEnv('CALLS', join(root, 'calls'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const calls = () => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n');

test('it is installed once', async () => {
  await ensureDynamoDb(silentProgress, folder);
  await ensureDynamoDb(silentProgress, folder);
  expect(calls()).toEqual(['mvn', 'javac']);
});

test('two runs at the same time install it once', async () => {
  await Promise.all([ensureDynamoDb(silentProgress, folder), ensureDynamoDb(silentProgress, folder)]);
  expect(calls()).toEqual(['mvn', 'javac']);
});

test('a half-made one is thrown away and made again', async () => {
  mkdirSync(join(folder, 'lib'), { recursive: true });
  writeFileSync(join(folder, 'lib', 'half.jar'), '');
  await ensureDynamoDb(silentProgress, folder);
  expect(existsSync(join(folder, 'lib', 'half.jar'))).toBe(false);
  expect(calls()).toEqual(['mvn', 'javac']);
});

test('one of other sources is made again', async () => {
  await ensureDynamoDb(silentProgress, folder);
  writeFileSync(join(folder, 'ready'), 'of an older pom');
  await ensureDynamoDb(silentProgress, folder);
  expect(calls()).toHaveLength(4);
});

test('a failed installation says what failed, and the next run tries again', async () => {
  writeFileSync(join(root, 'calls.broken'), '');
  await expect(ensureDynamoDb(silentProgress, folder)).rejects.toThrow(
    /Maven Central.*no route to the repository/s,
  );
  rmSync(join(root, 'calls.broken'));
  await ensureDynamoDb(silentProgress, folder);
  expect(calls()).toEqual(['mvn', 'mvn', 'javac']);
});

test('one that is there needs Java to run, and no Maven', async () => {
  await ensureDynamoDb(silentProgress, folder);
  vi.stubEnv('PATH', root);
  for (const tool of ['javac', 'mvn']) rmSync(join(root, tool));
  await ensureDynamoDb(silentProgress, folder);
  rmSync(join(root, 'java'));
  await expect(ensureDynamoDb(silentProgress, folder)).rejects.toThrow('there is no java here');
});
