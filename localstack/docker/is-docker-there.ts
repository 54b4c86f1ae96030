import { spawnSync } from 'node:child_process';

/** Whether a Docker daemon answers. A client alone is not enough. */
export const doesDockerAnswer = (): boolean => answers(['info']);

/** Whether one answers, and its client knows `compose`. */
export const isDockerThere = (): boolean => doesDockerAnswer() && answers(['compose', 'version']);

const answers = (args: readonly string[]) =>
  spawnSync('docker', args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
