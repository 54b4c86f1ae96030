import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PYTHON_CLIENT, runPython } from './python-client.ts';

/** What the client and the tests that ask no deployment need, with what that needs: pure Python. */
const BASICS =
  /^(anyio|certifi|exceptiongroup|h11|httpcore|httpx|idna|iniconfig|packaging|pluggy|pygments|pytest|tomli|typing-extensions)==/;
const OLDEST = '3.10';

export interface OtherPython {
  /** Such as 3.12. */
  readonly version: string;
  /** Its path. */
  readonly program: string;
}

/** The Pythons of this machine that the client says it runs on, one a minor version. */
export function findOtherPythons(): OtherPython[] {
  const versions = [OLDEST, '3.11', '3.12', '3.13', '3.14'];
  return versions.flatMap((version) => {
    const found = [`python${version}`, ...ofPyenv(version)].map(ask);
    return found.find((each) => each.version === version) ?? [];
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

const ASK = 'import sys; print("%d.%d" % sys.version_info[:2], sys.executable)';

function ask(program: string): OtherPython {
  const { stdout } = spawnSync(program, ['-c', ASK], { encoding: 'utf8' });
  const [version = '', ...path] = (stdout ?? '').trim().split(' ');
  return { version, program: path.join(' ') };
}

const INSTALL = ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target'];

/**
 * Installs the basics, at the versions of the lock file, as modules that every version reads: what is not pure Python
 * is refused. An environment for each version takes ten seconds of a processor each.
 */
export async function installBasics(python: string, folder: string): Promise<void> {
  const lockFile = `${folder}.txt`;
  const pins = readFileSync(join(PYTHON_CLIENT, 'tests/requirements.txt'), 'utf8').split(/\n(?=[a-z])/);
  // pip reads a line's condition for the Python that it runs on; what only the oldest needs harms no other.
  const unconditional = pins.filter((pin) => BASICS.test(pin)).map((pin) => pin.replace(/ ; [^\\\n]*/, ' '));
  writeFileSync(lockFile, unconditional.join('\n'));
  const pure = ['--only-binary', ':all:', '--implementation', 'py', '--abi', 'none', '--platform', 'any'];
  const args = [...pure, '--python-version', OLDEST, '--no-compile', '--require-hashes', '-r', lockFile];
  await runPython(python, ['-m', 'pip', ...INSTALL, folder, ...args]);
}

/** Installs a wheel by pip on that Python, which refuses what says that it is for others. */
export const installOn = ({ program }: OtherPython, python: string, wheel: string, folder: string) =>
  runPython(python, [
    '-m',
    'pip',
    '--python',
    program,
    ...INSTALL,
    folder,
    '--root-user-action',
    'ignore',
    wheel,
  ]);
