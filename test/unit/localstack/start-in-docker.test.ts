import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startInDocker } from '../../../localstack/docker/start-in-docker.ts';
import { createRunFolder, type RunFolder, sweepDeadRuns } from '../../../localstack/run-folder.ts';

let folder: string;
let root: string;
let run: RunFolder;

/** A Docker that writes down what it is asked; where it is to stay with the containers, it does. */
const DOCKER = `#!/bin/sh
echo "$@" >> "$DOCKER_LOG"
case "$*" in *--no-recreate) exec sleep 600;; esac
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-docker-'));
  root = join(folder, 'runs');
  run = createRunFolder(root);
  writeFileSync(join(folder, 'docker'), DOCKER);
  chmodSync(join(folder, 'docker'), 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
  vi.stubEnv('DOCKER_LOG', join(folder, 'log'));
});
afterEach(async () => {
  await run.end();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** What was asked of the run's own containers. */
const asked = () =>
  readFileSync(join(folder, 'log'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^compose --file \S+ --project-name segmentry-\S+ /, ''));

it('the containers, and their network, are removed with the run', async () => {
  await startInDocker(run, {});
  await run.end();
  expect(asked()[0]).toBe('up --detach --wait');
  expect(asked().at(-1)).toBe('down --volumes --remove-orphans');
});

it('those of a run that was killed outright are removed by the next', async () => {
  await startInDocker(run, {});
  renameSync(run.path, join(root, '4194305-1-1'));
  await sweepDeadRuns(root);
  expect(asked()[0]).toBe('up --detach --wait');
  expect(asked().at(-1)).toBe('down --volumes --remove-orphans');
});
