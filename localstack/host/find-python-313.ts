import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Python } from '../python.ts';
import { SetupError } from '../setup-error.ts';

const WANTED = '3.13.';

export interface Python313Wanted {
  /** Programs to try, best first. */
  readonly candidates?: readonly string[];
  readonly versionOf?: (program: string) => string | undefined;
}

/**
 * A Python 3.13: `PYTHON`, one on the PATH, or one of pyenv's.
 * @throws SetupError that tells how to come by one.
 */
export function findPython313({
  candidates = defaultCandidates(),
  versionOf = readVersion,
}: Python313Wanted = {}): Python {
  for (const program of candidates) {
    const version = versionOf(program);
    if (version?.startsWith(WANTED)) return { program, version };
  }
  throw new SetupError(
    'LocalStack without Docker needs Python 3.13 (3.11 cannot read its source, 3.14 cannot resolve what it ' +
      'depends on), and there is none here. Install one (pyenv install 3.13; uv python install 3.13; Debian 13: ' +
      'apt-get install python3 python3-venv), or name one with PYTHON=/path/to/python3.13.',
  );
}

function defaultCandidates(): string[] {
  const named = process.env.PYTHON;
  return [...(named === undefined ? [] : [named]), 'python3.13', 'python3', ...pyenvPythons()];
}

/** pyenv's own `python3.13` says nothing unless that version was chosen, so its folders are looked into. */
function pyenvPythons(): string[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .filter((name) => name.startsWith(WANTED))
    .map((name) => join(versions, name, 'bin', 'python3.13'));
}

function readVersion(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ['-c', 'import platform; print(platform.python_version())'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return status === 0 ? stdout.trim() : undefined;
}
