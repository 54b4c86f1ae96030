import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentProgress } from '../../../localstack/progress.ts';
import { findPython } from '../../../localstack/python.ts';
import { ensureVirtualEnvironment, pythonOf } from '../../../localstack/virtual-environment.ts';

/** A Python that makes environments in no time: of itself. Its pip knows no package called missing. */
const FAKE_PYTHON = `#!/bin/sh
case "$2" in
  venv) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  pip) for last; do :; done; ! grep -q missing "$last" ;;
  *) echo 1 ;;
esac
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'segmentry-venv-'));
  writeFileSync(join(root, 'requirements.txt'), '# Nothing to install.\n');
  writeFileSync(join(root, 'python'), FAKE_PYTHON, { mode: 0o755 });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const folderOf = () => join(root, 'environment');
const ensure = (options: { python?: () => { program: string; version: string } } = {}) =>
  ensureVirtualEnvironment(
    {
      folder: folderOf(),
      lockFile: join(root, 'requirements.txt'),
      findPython: options.python ?? (() => ({ program: join(root, 'python'), version: '3.12.0' })),
    },
    silentProgress,
  );
const mustNotBeMade = () => {
  throw new Error('made again');
};

describe('the environment', () => {
  test('is made once, and again when its lock file changes', async () => {
    await ensure();
    expect(execFileSync(pythonOf(folderOf()), ['-c', 'print(1)'], { encoding: 'utf8' })).toBe('1\n');
    await ensure({ python: mustNotBeMade });
    writeFileSync(join(root, 'requirements.txt'), '# Still nothing.\n');
    await expect(ensure({ python: mustNotBeMade })).rejects.toThrow('made again');
  });

  test('is made again when a run was killed in the middle of making it', async () => {
    mkdirSync(join(folderOf(), 'venv', 'bin'), { recursive: true });
    writeFileSync(pythonOf(folderOf()), 'half a file');
    writeFileSync(join(folderOf(), 'leftover'), '');
    await ensure();
    expect(existsSync(join(folderOf(), 'leftover'))).toBe(false);
    await ensure({ python: mustNotBeMade });
  });

  test('is made again when the Python it was made with is gone', async () => {
    await ensure();
    rmSync(pythonOf(folderOf()));
    symlinkSync(join(root, 'uninstalled-python'), pythonOf(folderOf()));
    await expect(ensure({ python: mustNotBeMade })).rejects.toThrow('made again');
  });

  test('that can not be filled says so and is not taken for whole', async () => {
    writeFileSync(join(root, 'requirements.txt'), 'missing==1\n');
    await expect(ensure()).rejects.toThrow(/Installing the emulator into .* failed/);
    await expect(ensure({ python: mustNotBeMade })).rejects.toThrow('made again');
  });

  test('without venv and without uv says what to install', async () => {
    const fake = join(root, 'python-without-venv');
    writeFileSync(fake, '#!/bin/sh\necho "ensurepip is not available"\nexit 1\n', { mode: 0o755 });
    const python = () => ({ program: fake, version: '3.12.0' });
    await expect(ensure({ python })).rejects.toThrow(/python3-venv|uv/);
  });
});

describe('finding a Python', () => {
  const versions: Record<string, string> = { old: '3.9.18', new: '3.12.1', two: '2.7.18' };
  const versionOf = (program: string) => versions[program];

  test('takes the first that is new enough', () => {
    expect(findPython({ minMinor: 10, candidates: ['none', 'two', 'old', 'new'], versionOf })).toEqual({
      program: 'new',
      version: '3.12.1',
    });
  });

  test('prefers one that can make virtual environments', () => {
    const pythons: Record<string, string> = { bare: '3.11.2', whole: '3.10.1' };
    const find = (makesEnvironments: (program: string) => boolean) =>
      findPython({
        minMinor: 10,
        candidates: Object.keys(pythons),
        versionOf: (program) => pythons[program],
        makesEnvironments,
      });
    expect(find((program) => program === 'whole').program).toBe('whole');
    expect(find(() => false).program).toBe('bare');
  });

  test('tells which are there where none will do', () => {
    expect(() => findPython({ minMinor: 10, candidates: ['old'], versionOf })).toThrow(
      'needs Python 3.10 or newer, and there is only old 3.9.18',
    );
    expect(() => findPython({ minMinor: 10, candidates: [], versionOf })).toThrow(
      'there is none on the PATH',
    );
  });
});
