import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDocker } from '../../../localstack/images/docker.ts';
import { findLack, startDocker } from '../../../localstack/images/start-docker.ts';
import { createRunFolder, nameOwner, type RunFolder } from '../../../localstack/run-folder.ts';

const DOCKER_DOWN = 'echo "Cannot connect to the Docker daemon at unix:///nowhere." >&2; exit 1';

/** All that is on the path: a shell, and what stands in for programs. */
let folder: string;
let run: RunFolder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-docker-'));
  run = createRunFolder(join(folder, 'runs'));
  symlinkSync('/bin/sh', join(folder, 'sh'));
  vi.stubEnv('PATH', folder);
  vi.spyOn(process, 'getuid').mockReturnValue(0);
});
afterEach(async () => {
  await run.end();
  rmSync(folder, { recursive: true, force: true });
});

function standIn(program: string, script: string): void {
  writeFileSync(join(folder, program), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, program), 0o755);
}

describe('a machine', () => {
  test('without docker lacks it', () => {
    expect(findLack(run)).toBe('there is no docker');
  });

  test('where no daemon answers, and there is none to start, lacks one', () => {
    standIn('docker', DOCKER_DOWN);
    standIn('unshare', '');
    expect(findLack(run)).toBe('no Docker daemon answers, and there is no dockerd to start one');
  });

  test('whose user may not start it lacks a daemon', () => {
    for (const program of ['unshare', 'dockerd']) standIn(program, '');
    standIn('docker', DOCKER_DOWN);
    expect(findLack(run)).toBeUndefined();
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    expect(findLack(run)).toBe('no Docker daemon answers, and only root may start one');
  });

  test('whose disk is nearly full says how much is left', () => {
    standIn('docker', '');
    expect(findLack(run)).toBeUndefined();
    expect(findLack(run, 1e18)).toMatch(/^the disk has \d+ MB left, and 1000000000000 are needed$/);
  });
});

test('a daemon that answers is taken and left, and containers of tests that were killed are removed from it', async () => {
  const asked = join(folder, 'asked');
  standIn(
    'docker',
    `echo "$@" >>${asked}; case $1 in ps) echo "dead 999999-1"; echo "alive ${nameOwner()}";; esac`,
  );
  const { docker, stop } = await startDocker(run);
  await stop();
  await docker.run(['version']);
  const calls = readFileSync(asked, 'utf8').trim().split('\n');
  expect(calls.filter((call) => call.startsWith('rm'))).toEqual(['rm --force dead']);
});

test('a daemon that does not come up is told of with the end of its log', async () => {
  standIn('docker', DOCKER_DOWN);
  standIn('dockerd', '');
  standIn('unshare', 'echo "Devices cgroup isn\'t mounted" >&2; exit 1');
  await expect(startDocker(run)).rejects.toThrow(/did not come up.*\n\nDevices cgroup isn't mounted/);
});

describe('a command that fails says what is wrong:', () => {
  const fail = (log?: () => string, timeoutMs?: number) =>
    createDocker(process.env as Record<string, string>, log).run(['build', '.'], timeoutMs);

  test('the disk is full', async () => {
    standIn('docker', 'echo "write /var/lib/x: no space left on device"; exit 1');
    await expect(fail()).rejects.toThrow(/^The disk is full.*\n\n"docker build" failed\.\n\nwrite \/var/);
  });

  test('the daemon has died, and what it wrote at last', async () => {
    standIn('docker', DOCKER_DOWN);
    await expect(fail(() => 'fatal error: out of luck')).rejects.toThrow(
      /^The Docker daemon has ended\.(.|\n)*log ends with:\n\nfatal error: out of luck/,
    );
  });

  test('it took too long', async () => {
    standIn('docker', 'while :; do :; done');
    await expect(fail(undefined, 300)).rejects.toThrow('"docker build" was not done after 0.3 s.');
  });

  test('what the program said', async () => {
    standIn('docker', 'echo "unknown instruction: FORM" >&2; exit 1');
    await expect(fail()).rejects.toThrow('"docker build" failed.\n\nunknown instruction: FORM');
  });
});
