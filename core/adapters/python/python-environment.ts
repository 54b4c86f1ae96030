import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProgramFailedError, runProgram } from './run-program.ts';

export interface PythonEnvironment {
  /** Where it is made, once; ignored by git. */
  readonly folder: string;
  /** Pinned versions with their hashes. */
  readonly lockFile: string;
  /** The Python that it is made with; the first that is new enough where absent. */
  readonly program?: string;
}

/** What the lock files are resolved for. */
const OLDEST_MINOR = 11;
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];

/**
 * Makes a virtual environment from a lock file, unless it is there.
 * @param announce is called once before anything is installed.
 * @returns its Python.
 * @throws ProgramFailedError
 */
export async function ensurePythonEnvironment(
  { folder, lockFile, program }: PythonEnvironment,
  announce: () => void,
): Promise<string> {
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'lock-file.sha256');
  const digest = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  const isReady = existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
  if (isReady) return python;
  announce();
  rmSync(folder, { recursive: true, force: true });
  await runProgram(program ?? (await findPython()), ['-m', 'venv', folder]);
  await runProgram(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', lockFile]);
  // Last: a half-made environment has no stamp.
  writeFileSync(stamp, digest);
  return python;
}

async function findPython(): Promise<string> {
  const isNewEnough = `import sys; sys.exit(sys.version_info < (3, ${OLDEST_MINOR}))`;
  for (const candidate of CANDIDATES) {
    try {
      await runProgram(candidate, ['-c', isNewEnough]);
      return candidate;
    } catch (error) {
      if (!(error instanceof ProgramFailedError)) throw error;
    }
  }
  throw new ProgramFailedError('python3', `Python 3.${OLDEST_MINOR} or newer is needed; install it`, '');
}
