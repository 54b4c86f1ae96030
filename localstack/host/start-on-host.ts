import { join } from 'node:path';
import type { StartOptions } from '../emulator.ts';
import { createLogFile, type LogFile } from '../log-file.ts';
import { EMULATOR_HOME, PROJECT } from '../paths.ts';
import { findFreePort } from '../processes/free-port.ts';
import { spawnGroup, stopGroup } from '../processes/process-group.ts';
import type { Progress } from '../progress.ts';
import type { RunFolder } from '../run-folder.ts';
import { scrubbedEnvironment } from '../scrubbed-environment.ts';
import { SetupError } from '../setup-error.ts';
import type { StartedLocalstack } from '../started-localstack.ts';
import { ensureVirtualEnvironment, pythonOf } from '../virtual-environment.ts';
import { waitUntilHealthy } from '../wait-until-healthy.ts';
import { checkDynamoDbTools, DYNAMODB_HOME, ensureDynamoDb } from './dynamodb.ts';
import { findPython313 } from './find-python-313.ts';

const HOME = join(EMULATOR_HOME, 'localstack');
/** Python with LocalStack in it, once `prepareHost` is through. */
export const HOST_PYTHON = pythonOf(HOME);
const START_TIMEOUT_MS = 120_000;
/** Nothing that it would save is wanted; its own way down takes five seconds. */
const STOP_GRACE_MS = 1000;
/** Past the longest time-out of a Lambda: the executor knows the function's own, and ends it then. */
const WORKER_START_LIMIT_SECONDS = 960;

/** @throws SetupError that says what this machine lacks to run LocalStack, and what to do about it. */
export function checkHost(): void {
  findPython313();
  checkDynamoDbTools();
}

/** Makes LocalStack's virtual environment and its DynamoDB, side by side. */
export async function prepareHost(progress: Progress): Promise<void> {
  const lockFile = join(PROJECT, 'localstack', 'host', 'requirements.txt');
  await Promise.all([
    ensureVirtualEnvironment({ folder: HOME, lockFile, findPython: findPython313 }, progress),
    ensureDynamoDb(progress),
  ]);
}

/**
 * Starts LocalStack as a process of this machine, on 127.0.0.1. Lambdas and DynamoDB are processes of its group.
 * @throws SetupError with the end of its log where it does not come up.
 */
export async function startOnHost(
  run: RunFolder,
  { port: wanted }: StartOptions,
): Promise<StartedLocalstack> {
  const port = await findFreePort(wanted);
  const endpointUrl = `http://127.0.0.1:${port}`;
  const log = createLogFile(join(run.path, 'emulator.log'));
  const { descriptor, close } = log.open();
  const child = spawnGroup(HOST_PYTHON, ['-m', 'localstack.runtime.main'], {
    cwd: run.folder('work'),
    env: hostEnvironment(port, run),
    stdio: ['ignore', descriptor, descriptor],
  });
  close();
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      over = true;
      resolve();
    };
    child.once('error', end).once('exit', end);
  });
  const groupId = child.pid;
  if (groupId === undefined) throw failure(`could not be started from ${HOME}`, log);
  run.recordGroup(groupId);
  const stop = async () => {
    await stopGroup(groupId, STOP_GRACE_MS);
    await ended;
  };
  const health = `${endpointUrl}/_localstack/health`;
  if (!(await waitUntilHealthy(health, { timeoutMs: START_TIMEOUT_MS, isOver: () => over }))) {
    await stop();
    throw failure(`did not come up on port ${port}`, log);
  }
  return { endpointUrl, logTail: (lines) => log.tail(lines), stop };
}

/** What `python -m localstack.runtime.main` needs to run on this machine, and keep within `run`. */
export function hostEnvironment(port: number, run: RunFolder): Record<string, string> {
  return scrubbedEnvironment({
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    // The default server binds 0.0.0.0 whatever it is told.
    GATEWAY_SERVER: 'hypercorn',
    LOCALSTACK_HOST: `127.0.0.1:${port}`,
    DNS_ADDRESS: '0',
    SQS_ENDPOINT_STRATEGY: 'path',
    // Nothing is fetched and nothing is told.
    DISABLE_EVENTS: '1',
    SKIP_SSL_CERT_DOWNLOAD: '1',
    // Everything is written below the run's folder, also on a machine that is itself a container.
    OVERRIDE_IN_DOCKER: '0',
    FILESYSTEM_ROOT: run.folder('filesystem'),
    TMPDIR: run.folder('tmp'),
    HOME: run.folder('home'),
    // What it knows of its plugins is the same for every run.
    XDG_CACHE_HOME: join(HOME, 'cache'),
    PYTHONPATH: join(PROJECT, 'localstack', 'executor'),
    PYTHONDONTWRITEBYTECODE: '1',
    LAMBDA_RUNTIME_EXECUTOR: 'processes',
    LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT: String(WORKER_START_LIMIT_SECONDS),
    // Its own pauses, of a second after each batch and of up to ten without one, are for clouds' sake.
    LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC: '0.02',
    LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC: '0.5',
    // The first generation has no streams.
    PROVIDER_OVERRIDE_DYNAMODB: 'v2',
    PROVIDER_OVERRIDE_DYNAMODBSTREAMS: 'v2',
    SEGMENTRY_DYNAMODB: DYNAMODB_HOME,
  });
}

function failure(what: string, log: LogFile): SetupError {
  return new SetupError(
    `LocalStack ${what}. Remove .emulator and run the command again; if that does not help, its log ends with:` +
      `\n\n${log.tail(25)}`,
  );
}
