import { basename, join } from 'node:path';
import type { StartOptions } from '../emulator.ts';
import { createLogFile } from '../log-file.ts';
import { PROJECT } from '../paths.ts';
import { findFreePort } from '../processes/free-port.ts';
import { spawnGroup, stopGroup } from '../processes/process-group.ts';
import type { RunFolder } from '../run-folder.ts';
import { runProgram } from '../run-program.ts';
import { SetupError } from '../setup-error.ts';
import type { StartedLocalstack } from '../started-localstack.ts';

const COMPOSE_FILE = join(PROJECT, 'localstack', 'compose.yaml');
/** The first start fetches the image. */
const START_TIMEOUT_MS = 600_000;
const STOP_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 15_000;
const REMOVE = ['down', '--volumes', '--remove-orphans'];

/**
 * Starts compose.yaml and waits for its ready script. Then a process group that this run records stays attached
 * to the containers, for their log; what removes them with their network is recorded too.
 * @throws SetupError with the end of its log where it does not come up.
 */
export async function startInDocker(
  run: RunFolder,
  { port: wanted }: StartOptions,
): Promise<StartedLocalstack> {
  const port = await findFreePort(wanted);
  const environment = { ...(process.env as Record<string, string>), LOCALSTACK_PORT: String(port) };
  const project = ['compose', '--file', COMPOSE_FILE, '--project-name', `segmentry-${basename(run.path)}`];
  const compose = (args: readonly string[], timeoutMs: number) =>
    runProgram('docker', [...project, ...args], {
      environment,
      folder: PROJECT,
      timeoutMs,
      onStart: run.recordGroup,
    });
  run.recordUndo(['docker', ...project, ...REMOVE]);

  const up = await compose(['up', '--detach', '--wait'], START_TIMEOUT_MS);
  if (up.exitCode !== 0) {
    const logs = await compose(['logs', '--no-color', '--tail', '25'], STOP_TIMEOUT_MS);
    throw new SetupError(
      'LocalStack did not come up in Docker. If its image cannot be pulled, stop Docker, and LocalStack runs ' +
        `without it. Docker said at last:\n\n${up.output.trimEnd()}\n\n${logs.output.trimEnd()}`,
    );
  }
  const log = createLogFile(join(run.path, 'emulator.log'));
  const { descriptor, close } = log.open();
  const attached = spawnGroup('docker', [...project, 'up', '--no-recreate'], {
    env: environment,
    stdio: ['ignore', descriptor, descriptor],
  });
  close();
  const groupId = attached.pid;
  if (groupId !== undefined) run.recordGroup(groupId);
  return {
    endpointUrl: `http://127.0.0.1:${port}`,
    logTail: (lines) => log.tail(lines),
    async stop() {
      if (groupId !== undefined) await stopGroup(groupId, STOP_GRACE_MS);
      await compose(REMOVE, STOP_TIMEOUT_MS);
    },
  };
}
