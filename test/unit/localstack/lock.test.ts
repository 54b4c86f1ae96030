import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../../localstack/processes/lock.mjs';
import { startTimeOf } from '../../../localstack/processes/start-time.mjs';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-lock-'));
  lock = join(folder, 'made-on-demand', 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('two pieces of work under one lock never run at the same time', async () => {
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
  };
  await Promise.all([withLock(lock, work), withLock(lock, work)]);
  expect(most).toBe(1);
  expect(readdirSync(join(lock, '..'))).toEqual([]);
});

test('who has to wait is told once', async () => {
  const waits: string[] = [];
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const first = withLock(lock, () => held);
  const second = withLock(
    lock,
    () => {},
    () => {
      waits.push('second');
      letGo();
    },
  );
  await Promise.all([first, second]);
  expect(waits).toEqual(['second']);
});

test('the lock of a dead process is taken over', async () => {
  await withLock(lock, () => {});
  writeFileSync(lock, `${process.pid} 1`);
  const mustNotWait = () => {
    throw new Error('waited for the dead');
  };
  expect(await withLock(lock, () => 'done', mustNotWait)).toBe('done');
});

test('the lock is given back when the work fails', async () => {
  await expect(
    withLock(lock, () => {
      throw new Error('no luck');
    }),
  ).rejects.toThrow('no luck');
  expect(await withLock(lock, () => 'done')).toBe('done');
});

test('a process has the same start time each time it is asked for', () => {
  expect(startTimeOf(process.pid)).toMatch(/^\d+$/);
  expect(startTimeOf(process.pid)).toBe(startTimeOf(process.pid));
  expect(startTimeOf(2 ** 22 + 1)).toBeUndefined();
});
