import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTimeOf } from '../../../localstack/processes/start-time.mjs';
import { createRunFolder, sweepDeadRuns } from '../../../localstack/run-folder.ts';

const OWNER = fileURLToPath(new URL('./programs/own-a-run.ts', import.meta.url));
const A_START_TIME_OF_LONG_AGO = '1';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'segmentry-runs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A process that owns a run with a stubborn program in it. @returns both pids. */
async function startOwner() {
  const owner = spawn(process.execPath, [OWNER, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  return { owner, groupId: Number(line.toString()) };
}

describe('a run that ends in order', () => {
  test('takes its programs and its folder with it, and may be told so twice', async () => {
    const run = createRunFolder(root);
    const program = spawn('sleep', ['60'], { detached: true });
    run.recordGroup(Number(program.pid));
    writeFileSync(join(run.folder('state'), 'some'), 'thing');

    await run.end();
    await run.end();

    expect(startTimeOf(Number(program.pid))).toBeUndefined();
    expect(readdirSync(root)).toEqual([]);
  });

  test('has a folder of its own, beside those of others', () => {
    expect(createRunFolder(root).path).not.toBe(createRunFolder(root).path);
  });
});

describe('sweeping', () => {
  test('a killed owner leaves its program running; the next sweep ends it and removes the folder', async () => {
    const { owner, groupId } = await startOwner();
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(startTimeOf(groupId)).toBeDefined();

    expect(await sweepDeadRuns(root)).toBe(1);

    expect(startTimeOf(groupId)).toBeUndefined();
    expect(readdirSync(root)).toEqual([]);
  });

  test('a run whose owner lives is left alone', async () => {
    const { owner, groupId } = await startOwner();
    expect(await sweepDeadRuns(root)).toBe(0);
    expect(startTimeOf(groupId)).toBeDefined();
    expect(readdirSync(root)).toHaveLength(1);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await sweepDeadRuns(root);
  });

  test('a process that has got the pid of a recorded one is left alone', async () => {
    const bystander = spawn('sleep', ['60'], { detached: true });
    const run = join(root, `${process.pid}-${A_START_TIME_OF_LONG_AGO}-1`);
    mkdirSync(run);
    writeFileSync(join(run, 'groups.txt'), `${bystander.pid} ${A_START_TIME_OF_LONG_AGO}\n`);

    expect(await sweepDeadRuns(root)).toBe(1);

    expect(startTimeOf(Number(bystander.pid))).toBeDefined();
    expect(existsSync(run)).toBe(false);
    bystander.kill('SIGKILL');
  });

  test('there may be nothing to sweep', async () => {
    expect(await sweepDeadRuns(join(root, 'never-made'))).toBe(0);
  });
});
