import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { PROJECT } from '../paths.ts';
import type { CommandScope } from '../run-command.ts';
import { EMPTY_TALLY, type Tally } from './tally.ts';

const Counts = z.object({
  passed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  failures: z.array(z.string()),
});

/** Names of vitest projects, and whatever else vitest shall be told. */
export interface VitestRun {
  readonly projects: readonly string[];
  readonly args?: readonly string[];
  /** After which it is broken off: what was not run by then counts as skipped, once. */
  readonly minutes?: number | undefined;
}

/**
 * Runs vitest, which writes its own report, and counts. A vitest that breaks down without counting is one
 * failure more.
 */
export async function runVitest(
  { projects, args = [], minutes }: VitestRun,
  scope: CommandScope,
): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-test-'));
  scope.onEnd(async () => rmSync(folder, { recursive: true, force: true }));
  const countsFile = join(folder, 'counts.json');
  const child = spawn(
    process.execPath,
    [
      ...[join(PROJECT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--passWithNoTests'],
      ...projects.flatMap((name) => ['--project', name]),
      ...['--reporter', 'default', '--reporter', join(PROJECT, 'test', 'helpers', 'count-reporter.ts')],
      ...args,
    ],
    {
      cwd: PROJECT,
      env: { ...process.env, SEGMENTRY_COUNTS_FILE: countsFile },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  // vitest takes down by itself what its set-up has brought up.
  scope.onEnd(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  let isLate = false;
  const breakOff = () => {
    isLate = true;
    child.kill('SIGTERM');
  };
  const timer = minutes === undefined ? undefined : setTimeout(breakOff, minutes * 60_000);
  const exitCode = await exited;
  clearTimeout(timer);
  // A run that was broken off has no counts worth telling.
  if (scope.isEnding()) return scope.untilInterrupted();
  if (!isLate) return readCounts(countsFile, exitCode);
  console.log(`skipped: the tests that had not ended after ${minutes} minutes`);
  const counts = tryReadCounts(countsFile) ?? EMPTY_TALLY;
  return { ...counts, skipped: counts.skipped + 1 };
}

function readCounts(path: string, exitCode: number): Tally {
  const counts = tryReadCounts(path);
  const brokeDown = exitCode !== 0 && (counts?.failed ?? 0) === 0;
  if (!brokeDown && counts !== undefined) return counts;
  const failures = [`vitest ended with ${exitCode} and counted no failure; what it said stands above`];
  return { ...(counts ?? EMPTY_TALLY), failed: 1, failures };
}

function tryReadCounts(path: string): Tally | undefined {
  try {
    return Counts.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
