import { spawnSync } from 'node:child_process';

/** Whether a Docker daemon answers, and its client knows `compose`. A client alone is not enough. */
export function isDockerThere(): boolean {
  return answers(['info']) && answers(['compose', 'version']);
}

const answers = (args: readonly string[]) =>
  spawnSync('docker', args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
