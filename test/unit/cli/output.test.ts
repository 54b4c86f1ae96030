import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ScriptedAnswer, serveLoopback } from '../../helpers/loopback-api.ts';
import { runSegmentry, type Step } from '../../helpers/run-segmentry.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a command at a service that answers everything so. */
async function run(args: readonly string[], answer: ScriptedAnswer, steps: readonly Step[] = []) {
  const { url } = await serveLoopback(() => answer);
  const environment = { SEGMENTRY_URL: url, SEGMENTRY_API_KEY: 'sk_1' };
  return runSegmentry(args, { folder, environment, steps });
}

const items = Array.from({ length: 100 }, (_, n) => ({ id: `job_${n}`, links: 'x'.repeat(50_000) }));

describe('what is read slowly comes whole', () => {
  /** For longer than the command waits for its connections. */
  const pause = ({ stdout }: ChildProcess) => {
    stdout?.pause();
    setTimeout(() => stdout?.resume(), 4_000);
  };

  test.each([
    ['a file', ['batches', 'results', 'bat_1'], 'x'.repeat(5_000_000), 5_000_002],
    ['a document', ['jobs', 'result', 'job_1'], { rle: 'x'.repeat(5_000_000) }, 5_000_011],
    ['a list', ['jobs', '--json', '--limit', '100'], { items, next: null }, JSON.stringify(items).length - 1],
  ])('%s', async (_, args, json, length) => {
    const { code, stdout } = await run(args, { json }, [{ seen: /x/, act: pause }]);
    expect({ code, length: stdout.length }).toEqual({ code: 0, length });
  });
});

test('a file that is read by a program that stops early ends without a word', async () => {
  const stop = (child: ChildProcess) => child.stdout?.destroy();
  const { code, stderr } = await run(['batches', 'results', 'bat_1'], { json: 'x'.repeat(5_000_000) }, [
    { seen: /x/, act: stop },
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

describe('a file that is written', () => {
  const args = ['batches', 'results', 'bat_1', '--out', 'results.jsonl'];
  const read = () => readFileSync(join(folder, 'results.jsonl'), 'utf8');

  test('takes the place of an earlier one', async () => {
    writeFileSync(join(folder, 'results.jsonl'), 'an earlier one');
    expect((await run(args, { json: 'new' })).code).toBe(0);
    expect(read()).toBe('"new"');
  });

  test('is as readable as the earlier one, and leaves its neighbours', async () => {
    writeFileSync(join(folder, 'results.jsonl'), 'an earlier one', { mode: 0o600 });
    writeFileSync(join(folder, 'results.jsonl.part'), "somebody's");
    expect((await run(args, { json: 'new' })).code).toBe(0);
    expect(read()).toBe('"new"');
    expect(statSync(join(folder, 'results.jsonl')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'results.jsonl.part'), 'utf8')).toBe("somebody's");
  });

  test('is written in place where its folder takes no other', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'a user whom folders can refuse is not here');
    mkdirSync(join(folder, 'closed'));
    writeFileSync(join(folder, 'closed/results.jsonl'), 'an earlier one');
    chmodSync(join(folder, 'closed'), 0o500);
    const { code } = await run([...args.slice(0, -1), 'closed/results.jsonl'], { json: 'new' });
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'closed/results.jsonl'), 'utf8')).toBe('"new"');
    chmodSync(join(folder, 'closed'), 0o700);
  });

  test('leaves the earlier one where the connection breaks off, and nothing else', async () => {
    writeFileSync(join(folder, 'results.jsonl'), 'an earlier one');
    const headers = { 'content-length': '100000', connection: 'close' };
    expect((await run(args, { headers, json: 'x'.repeat(500) })).code).toBe(1);
    expect(read()).toBe('an earlier one');
    expect(readdirSync(folder).filter((name) => name.startsWith('results'))).toEqual(['results.jsonl']);
  });

  test('goes where a link leads, and leaves the link', async () => {
    symlinkSync('elsewhere.jsonl', join(folder, 'results.jsonl'));
    expect((await run(args, { json: 'new' })).code).toBe(0);
    expect(readFileSync(join(folder, 'elsewhere.jsonl'), 'utf8')).toBe('"new"');
    expect(lstatSync(join(folder, 'results.jsonl')).isSymbolicLink()).toBe(true);
  });
});
