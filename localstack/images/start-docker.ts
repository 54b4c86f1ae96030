import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { doesDockerAnswer } from '../docker/is-docker-there.ts';
import { createLogFile, type LogFile } from '../log-file.ts';
import { spawnGroup, stopGroup } from '../processes/process-group.ts';
import type { RunFolder } from '../run-folder.ts';
import { SetupError } from '../setup-error.ts';
import { createDocker, type Docker } from './docker.ts';
import { isProgramThere } from './is-program-there.ts';
import { removeLeftovers } from './leftovers.ts';

const NEEDED_BYTES = 3e9;
const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 20_000;
const POLL_MS = 200;
const LOG_LINES = 15;

/**
 * In namespaces of its own: with its first process go its containers and its mounts, whatever ends it, and its sockets
 * in /run are nobody else's. Without bridge or rules of a firewall, which not every machine lets it make; containers
 * use the machine's network.
 */
const SCRIPT = 'mount -t tmpfs tmpfs /run && exec dockerd "$@"';
const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const NETWORK = ['--iptables=false', '--ip6tables=false', '--bridge=none'];

/** What this machine lacks to build and run images; undefined where it has all. */
export function findLack(run: RunFolder, neededBytes = NEEDED_BYTES): string | undefined {
  const { bavail, bsize } = statfsSync(run.path);
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  if (bavail * bsize < neededBytes)
    return `the disk has ${megabytes(bavail * bsize)} MB left, and ${megabytes(neededBytes)} are needed`;
  if (!isProgramThere('docker')) return 'there is no docker';
  if (doesDockerAnswer()) return undefined;
  const missing = ['dockerd', 'unshare'].find((program) => !isProgramThere(program));
  if (missing !== undefined) return `no Docker daemon answers, and there is no ${missing} to start one`;
  if (process.getuid?.() !== 0) return 'no Docker daemon answers, and only root may start one';
  return undefined;
}

/**
 * The Docker that answers here, else one that is started for this run, with its data in the run's folder.
 * @throws SetupError with the end of the daemon's log where it does not come up.
 */
export async function startDocker(run: RunFolder): Promise<{ docker: Docker; stop: () => Promise<void> }> {
  if (doesDockerAnswer()) {
    const docker = createDocker(process.env as Record<string, string>);
    await removeLeftovers(docker);
    return { docker, stop: async () => {} };
  }
  const folder = run.folder('docker');
  const log = createLogFile(join(folder, 'daemon.log'));
  const socket = `unix://${join(folder, 'docker.sock')}`;
  const { groupId, isOver } = spawnDaemon(run, log, [
    ...['--host', socket, '--data-root', join(folder, 'data'), '--pidfile', join(folder, 'daemon.pid')],
    ...NETWORK,
  ]);
  // The older builder: the newer one wants a network of its own for each step.
  const environment = { ...process.env, DOCKER_HOST: socket, DOCKER_BUILDKIT: '0' } as Record<string, string>;
  const docker = createDocker(environment, () => log.tail(LOG_LINES));
  const stop = () => stopGroup(groupId, STOP_GRACE_MS);
  if (await answersInTime(docker, isOver)) return { docker, stop };
  await stop();
  throw new SetupError(`The Docker daemon did not come up. Its log ends with:\n\n${log.tail(LOG_LINES)}`);
}

function spawnDaemon(run: RunFolder, log: LogFile, args: readonly string[]) {
  const { descriptor, close } = log.open();
  const child = spawnGroup('unshare', [...NAMESPACES, 'sh', '-c', SCRIPT, 'dockerd', ...args], {
    stdio: ['ignore', descriptor, descriptor],
  });
  close();
  let over = false;
  const end = () => {
    over = true;
  };
  child.once('error', end).once('exit', end);
  const groupId = child.pid;
  if (groupId === undefined) throw new SetupError('The Docker daemon could not be started.');
  run.recordGroup(groupId);
  return { groupId, isOver: () => over };
}

async function answersInTime(docker: Docker, isOver: () => boolean): Promise<boolean> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && !isOver()) {
    const answer = await docker.run(['info']).catch(() => undefined);
    if (answer !== undefined) return true;
    await sleep(POLL_MS);
  }
  return false;
}
