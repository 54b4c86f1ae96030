import { join } from 'node:path';
import { PROJECT } from '../paths.ts';
import { runProgram } from '../run-program.ts';
import type { CheckResult } from './check-step.ts';

const TIMEOUT_MS = 300_000;

/** Runs a tool of node_modules, by the path of its script, under this Node. */
export async function runTool(
  script: string,
  args: readonly string[],
  folder = PROJECT,
): Promise<CheckResult> {
  const program = join(PROJECT, 'node_modules', script);
  const { exitCode, output, timedOut } = await runProgram(process.execPath, [program, ...args], {
    environment: {
      ...(process.env as Record<string, string>),
      FORCE_COLOR: process.stderr.isTTY ? '1' : '0',
    },
    folder,
    timeoutMs: TIMEOUT_MS,
  });
  return { passed: exitCode === 0 && !timedOut, output };
}
