import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePythonEnvironment } from '../../core/adapters/python/python-environment.ts';
import { ProgramFailedError } from '../../core/adapters/python/run-program.ts';
import { PROJECT } from '../../localstack/paths.ts';
import { withLock } from '../../localstack/processes/lock.mjs';
import { runProgram } from '../../localstack/run-program.ts';

export const PYTHON_CLIENT = join(PROJECT, 'clients/python');

/** What the client's tests need, once; undefined, with the reason printed, where there is no Python for it. */
export async function findClientPython(): Promise<string | undefined> {
  try {
    const folder = join(PROJECT, '.python/client');
    const lockFile = join(PYTHON_CLIENT, 'tests/requirements.txt');
    // Files that need it run side by side: one of them makes it.
    return await withLock(`${folder}.lock`, () =>
      ensurePythonEnvironment({ folder, lockFile }, () =>
        process.stderr.write("Making the Python environment of the client's tests, once …\n"),
      ),
    );
  } catch (error) {
    if (!(error instanceof ProgramFailedError)) throw error;
    process.stderr.write(`Skipped what needs Python: ${error.message}\n`);
    return undefined;
  }
}

/** Runs a module of a Python in a folder; the output is there where it fails. */
export async function runPython(
  python: string,
  args: readonly string[],
  {
    folder = PYTHON_CLIENT,
    environment = {},
  }: { folder?: string; environment?: Record<string, string> } = {},
): Promise<string> {
  const { SEGMENTRY_URL: _, SEGMENTRY_API_KEY: __, ...own } = process.env;
  const { exitCode, output } = await runProgram(python, args, {
    environment: { ...(own as Record<string, string>), ...environment },
    folder,
    timeoutMs: 600_000,
  });
  if (exitCode !== 0) throw new Error(`python ${args.join(' ')} ended with ${exitCode}:\n${output}`);
  return output;
}

/** Builds the wheel, and installs it into the environment. @returns its path. */
export async function installWheel(python: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'segmentry-wheel-'));
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-deps'];
  await runPython(python, ['-m', 'pip', 'wheel', ...quiet, '--no-build-isolation', '-w', folder, '.']);
  const [wheel = ''] = await readdir(folder);
  const path = join(folder, wheel);
  await runPython(python, ['-m', 'pip', 'install', ...quiet, '--force-reinstall', path]);
  return path;
}
