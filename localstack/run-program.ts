import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawnGroup, stopGroup } from './processes/process-group.ts';

export interface ProgramResult {
  readonly exitCode: number;
  /** stdout and stderr as they came. */
  readonly output: string;
  readonly timedOut: boolean;
}

export interface ProgramOptions {
  readonly environment: Record<string, string>;
  readonly folder: string;
  readonly timeoutMs: number;
  /** Told the process group as soon as it is there. */
  readonly onStart?: (groupId: number) => void;
}

/** Runs a program to its end, or to its time limit, and ends its whole process group with it. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { environment, folder, timeoutMs, onStart }: ProgramOptions,
): Promise<ProgramResult> {
  const options: SpawnOptions = { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] };
  const child = spawnGroup(program, args, options);
  if (child.pid !== undefined) onStart?.(child.pid);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    if (child.pid !== undefined) void stopGroup(child.pid);
  }, timeoutMs);
  try {
    return { exitCode: await exitOf(child), output, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
