import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lockImages } from '../../../cli/deploy/lock-images.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-images-'));
  file = join(folder, 'images.lock.json');
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Docker, as far as it is asked: `docker buildx version`, `docker buildx imagetools inspect IMAGE --format …`. */
const installDocker = (answer: string) =>
  installProgram(
    `[ "$1 $2" = "buildx version" ] && exit\n[ "$1 $2 $3" = "buildx imagetools inspect" ] || exit 2\n${answer}`,
  );

function installProgram(lines: string): void {
  const path = join(folder, 'docker');
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
}

const DIGEST = `sha256:${'ab'.repeat(32)}`;

it('writes the digest of each image that a Dockerfile names, once', () => {
  installDocker(`echo "${DIGEST}"`);
  const locked = lockImages(process.cwd(), file);
  expect(Object.keys(locked)).toEqual([
    'docker.io/nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04',
    'mwader/static-ffmpeg:7.1.1',
    'public.ecr.aws/docker/library/node:24-bookworm-slim',
    'public.ecr.aws/lambda/nodejs:24',
  ]);
  expect(new Set(Object.values(locked))).toEqual(new Set([DIGEST]));
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(locked);
});

it.each([
  ['the registry does not answer', 'echo "no route to host" >&2; exit 1', 'no route to host'],
  ['what comes is no digest', 'echo latest', 'it answered "latest"'],
])('writes nothing where %s', (_, answer, words) => {
  installDocker(answer);
  expect(() => lockImages(process.cwd(), file)).toThrow(words);
  expect(existsSync(file)).toBe(false);
});

it('says what to install where Docker comes without what asks registries', () => {
  installProgram('echo "docker: unknown command: docker buildx" >&2; exit 1');
  expect(() => lockImages(process.cwd(), file)).toThrow('install docker-buildx');
});
