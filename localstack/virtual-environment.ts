import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './processes/lock.mjs';
import type { Progress } from './progress.ts';
import type { Python } from './python.ts';
import { type ProgramResult, runProgram } from './run-program.ts';
import { SetupError } from './setup-error.ts';

export interface VirtualEnvironment {
  /** Where it is made; anything else in there is thrown away with it. */
  readonly folder: string;
  /** A requirements file with pinned versions and hashes. */
  readonly lockFile: string;
  /** Called only when it has to be made. */
  readonly findPython: () => Python;
}

const TIMEOUT_MS = 600_000;

/** The environment's own Python. */
export const pythonOf = (folder: string) => join(folder, 'venv', 'bin', 'python');

/**
 * Makes the environment unless it is there, whole, and of this lock file. The stamp is written last, so that
 * a half-made one is known and made again. Two runs at the same time make it once.
 * @throws SetupError that says what to install or remove.
 */
export async function ensureVirtualEnvironment(
  wanted: VirtualEnvironment,
  progress: Progress,
): Promise<void> {
  if (isReady(wanted)) return;
  const waiting = () => progress.say('  (waiting for another run that makes the emulator’s environment)');
  await withLock(
    `${wanted.folder}.lock`,
    async () => {
      if (!isReady(wanted)) await make(wanted);
    },
    waiting,
  );
}

const stampOf = ({ folder }: VirtualEnvironment) => join(folder, 'ready');
const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

function isReady(wanted: VirtualEnvironment): boolean {
  const stamp = stampOf(wanted);
  // A Python that was upgraded away leaves a dangling link, which does not exist.
  if (!existsSync(stamp) || !existsSync(pythonOf(wanted.folder))) return false;
  return readFileSync(stamp, 'utf8') === digestOf(wanted.lockFile);
}

async function make(wanted: VirtualEnvironment): Promise<void> {
  const { folder, lockFile } = wanted;
  const python = wanted.findPython();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const installer = await makeEmpty(folder, python);
  const installed = await run(folder, installer.program, [...installer.args, '-r', lockFile]);
  if (installed.exitCode !== 0) {
    throw new SetupError(
      `Installing the emulator into ${folder} failed. Check that the Python package index can be reached, ` +
        `then run the command again.\n\n${lastLines(installed.output)}`,
    );
  }
  writeFileSync(stampOf(wanted), digestOf(lockFile));
}

interface Installer {
  readonly program: string;
  readonly args: readonly string[];
}

/** Python's own venv, or uv where a distribution has split venv off and it is not installed. */
async function makeEmpty(folder: string, { program, version }: Python): Promise<Installer> {
  const venv = join(folder, 'venv');
  const own = await run(folder, program, ['-m', 'venv', venv]);
  if (own.exitCode === 0) {
    const args = ['-m', 'pip', 'install', '--require-hashes', '--no-input', '--disable-pip-version-check'];
    return { program: pythonOf(folder), args: [...args, '--quiet'] };
  }
  const uv = await run(folder, 'uv', ['venv', '--clear', '--python', program, venv]);
  if (uv.exitCode === 0) {
    const args = ['pip', 'install', '--python', pythonOf(folder), '--require-hashes', '--quiet'];
    return { program: 'uv', args };
  }
  throw new SetupError(
    `${program} (${version}) cannot make virtual environments, and uv is not there either. Install one of them ` +
      `(Debian, Ubuntu: apt-get install python3-venv; anywhere: pip install uv).\n\n${lastLines(own.output)}`,
  );
}

async function run(folder: string, program: string, args: readonly string[]): Promise<ProgramResult> {
  const { PYTHONHOME: _, PYTHONPATH: __, VIRTUAL_ENV: ___, ...environment } = process.env;
  try {
    return await runProgram(program, args, {
      environment: environment as Record<string, string>,
      folder,
      timeoutMs: TIMEOUT_MS,
    });
  } catch (error) {
    return { exitCode: 127, output: String(error), timedOut: false };
  }
}

const lastLines = (text: string) => text.trimEnd().split('\n').slice(-15).join('\n');
