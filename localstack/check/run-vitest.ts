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
  /** Files that were to be run and have not ended. */
  unended: z.array(z.string()),
});
type Counts = z.infer<typeof Counts>;

/** Names of vitest projects, and whatever else vitest shall be told. */
export interface VitestRun {
  readonly projects: readonly string[];
  readonly args?: readonly string[];
  /** When it is broken off. A file that has not ended by then is named, and counts as skipped. */
  readonly endsAt?: Date | undefined;
}

/**
 * Runs vitest, which writes its own report, and counts. A vitest that breaks down without counting is one
 * failure more.
 */
export async function runVitest(
  { projects, args = [], endsAt }: VitestRun,
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
  const timer = endsAt && setTimeout(breakOff, Math.max(0, endsAt.getTime() - Date.now()));
  const exitCode = await exited;
  clearTimeout(timer);
  // A run that was broken off has no counts worth telling.
  if (scope.isEnding()) return scope.untilInterrupted();
  return isLate ? readPart(countsFile, projects) : readCounts(countsFile, exitCode);
}

/** The counts of a run that was broken off. One that was still being set up knows no files: its projects count as such. */
function readPart(path: string, projects: readonly string[]): Tally {
  const { unended, ...counts } = tryReadCounts(path) ?? { ...EMPTY_TALLY, unended: projects };
  for (const file of unended) console.log(`skipped: ${file} (the time was up before it had ended)`);
  return { ...counts, skipped: counts.skipped + unended.length };
}

function readCounts(path: string, exitCode: number): Tally {
  const counts = tryReadCounts(path);
  const brokeDown = exitCode !== 0 && (counts?.failed ?? 0) === 0;
  if (!brokeDown && counts !== undefined) return counts;
  const failures = [`vitest ended with ${exitCode} and counted no failure; what it said stands above`];
  return { ...(counts ?? EMPTY_TALLY), failed: 1, failures };
}

function tryReadCounts(path: string): Counts | undefined {
  try {
    return Counts.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
