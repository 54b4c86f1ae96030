import { spawnSync } from 'node:child_process';
import { SetupError } from './setup-error.ts';

/** A Python of this machine. */
export interface Python {
  readonly program: string;
  /** Such as `3.11.7`. */
  readonly version: string;
}

export interface PythonWanted {
  /** Oldest minor version of Python 3 that will do. */
  readonly minMinor: number;
  /** Programs to try, best first. */
  readonly candidates?: readonly string[];
  readonly versionOf?: (program: string) => string | undefined;
  readonly makesEnvironments?: (program: string) => boolean;
}

const CANDIDATES = [
  // Distributions build theirs with optimisations that version managers, whose shims come first in the PATH, leave
  // out: copying and comparing small things takes two thirds of the time in it.
  '/usr/bin/python3',
  'python3',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python',
];

/**
 * The first Python that is new enough, and can make virtual environments where one can; `PYTHON` names one to be tried
 * before all others.
 * @throws SetupError that tells which Pythons there are and what to install.
 */
export function findPython({
  minMinor,
  candidates = [process.env.PYTHON ?? '', ...CANDIDATES].filter((name) => name !== ''),
  versionOf = readVersion,
  makesEnvironments = hasVenv,
}: PythonWanted): Python {
  const found = candidates.flatMap((program) => {
    const version = versionOf(program);
    return version === undefined ? [] : [{ program, version }];
  });
  const suitable = found.filter(({ version }) => isNewEnough(version, minMinor));
  const chosen = suitable.find(({ program }) => makesEnvironments(program)) ?? suitable[0];
  if (chosen !== undefined) return chosen;
  const there =
    found.length === 0
      ? 'there is none on the PATH'
      : `there is only ${found.map(({ program, version }) => `${program} ${version}`).join(', ')}`;
  throw new SetupError(
    `The emulator needs Python 3.${minMinor} or newer, and ${there}. Install one (Debian, Ubuntu: ` +
      'apt-get install python3 python3-venv; macOS: brew install python), or name one with PYTHON=/path/to/python3.',
  );
}

function isNewEnough(version: string, minMinor: number): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 3 && minor >= minMinor;
}

function readVersion(program: string): string | undefined {
  const { status, stdout } = run(program, 'import platform; print(platform.python_version())');
  return status === 0 ? stdout.trim() : undefined;
}

/** Debian's comes without, until python3-venv is installed. */
const hasVenv = (program: string) => run(program, 'import ensurepip, venv').status === 0;

const run = (program: string, code: string) =>
  spawnSync(program, ['-c', code], { encoding: 'utf8', timeout: 20_000 });
