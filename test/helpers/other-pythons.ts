import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ensurePythonEnvironment } from '../../core/adapters/python/python-environment.ts';
import { PROJECT } from '../../localstack/paths.ts';
import { withLock } from '../../localstack/processes/lock.mjs';
import { PYTHON_CLIENT } from './python-client.ts';

/** What the client and the tests that ask no deployment need, with what that needs: pure Python, quickly installed. */
const BASICS =
  /^(anyio|certifi|exceptiongroup|h11|httpcore|httpx|idna|iniconfig|packaging|pluggy|pygments|pytest|tomli|typing-extensions)==/;

export interface OtherPython {
  /** Such as 3.12. */
  readonly version: string;
  readonly program: string;
}

/** The Pythons of this machine that the client says it runs on, one a minor version. */
export function findOtherPythons(): OtherPython[] {
  const versions = ['3.10', '3.11', '3.12', '3.13', '3.14'];
  return versions.flatMap((version) => {
    const program = [`python${version}`, ...ofPyenv(version)].find((each) => reads(each) === version);
    return program === undefined ? [] : [{ version, program }];
  });
}

/** pyenv's own `python3.12` says nothing unless that version was chosen, so its folders are looked into. */
function ofPyenv(version: string): string[] {
  const folder = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(`${version}.`))
      .map((name) => join(folder, name, 'bin', 'python'));
  } catch {
    return [];
  }
}

const ASK = 'import ensurepip, sys; print("%d.%d" % sys.version_info[:2])';
const reads = (program: string) => spawnSync(program, ['-c', ASK], { encoding: 'utf8' }).stdout?.trim();

/** An environment of that Python with the basics, at the versions of the lock file. @returns its Python. */
export async function ensureBasics({ version, program }: OtherPython): Promise<string> {
  const folder = join(PROJECT, '.python', `client-${version}`);
  mkdirSync(join(PROJECT, '.python'), { recursive: true });
  const lockFile = `${folder}.txt`;
  const pins = readFileSync(join(PYTHON_CLIENT, 'tests/requirements.txt'), 'utf8').split(/\n(?=[a-z])/);
  writeFileSync(lockFile, pins.filter((pin) => BASICS.test(pin)).join('\n'));
  return withLock(`${folder}.lock`, () => ensurePythonEnvironment({ folder, lockFile, program }, () => {}));
}
