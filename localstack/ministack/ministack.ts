import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator, EmulatorAccount, RunningEmulator, StartOptions } from '../emulator.ts';
import { createLogFile, type LogFile } from '../log-file.ts';
import { EMULATOR_HOME, PROJECT } from '../paths.ts';
import { findFreePort } from '../processes/free-port.ts';
import { spawnGroup, stopGroup } from '../processes/process-group.ts';
import { findPython } from '../python.ts';
import { restoreDroppedProperties } from '../restore/restore-dropped-properties.ts';
import type { RunFolder } from '../run-folder.ts';
import { scrubbedEnvironment } from '../scrubbed-environment.ts';
import { SetupError } from '../setup-error.ts';
import { ensureVirtualEnvironment, pythonOf } from '../virtual-environment.ts';
import { waitUntilHealthy } from '../wait-until-healthy.ts';
import { HONOURED_PROPERTIES } from './honoured-properties.ts';

const FOLDER = join(PROJECT, 'localstack', 'ministack');
const HOME = join(EMULATOR_HOME, 'ministack');
const OLDEST_PYTHON_MINOR = 10;
const START_TIMEOUT_MS = 60_000;
/** A port found free may be taken by someone else before the emulator binds it. */
const START_ATTEMPTS = 3;

/** It writes its state down as it ends. */
const SAVE_MS = 60_000;

/** Of functions. A dozen stay warm on one machine: their young objects get a quarter of the memory that Node would take. */
export const NODE_OPTIONS = '--max-semi-space-size=4';

/** Under AUTH=true this key is the account's root. */
const ACCOUNT: EmulatorAccount = {
  accessKeyId: 'test',
  secretAccessKey: 'test',
  region: 'us-east-1',
  accountId: '000000000000',
};

/** MiniStack: pure Python, no Docker. docs/emulators.md tells what it does and what it does not. */
export const ministack: Emulator = {
  name: 'ministack',

  prepare: (progress) =>
    ensureVirtualEnvironment(
      {
        folder: HOME,
        lockFile: join(FOLDER, 'requirements.txt'),
        findPython: () => findPython({ minMinor: OLDEST_PYTHON_MINOR }),
      },
      progress,
    ),

  async start(run, options) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await startOnce(run, options);
      } catch (error) {
        if (options.port !== undefined || attempt === START_ATTEMPTS || !isPortRace(error)) throw error;
      }
    }
  },
};

const isPortRace = (error: unknown) =>
  error instanceof SetupError && error.message.includes('already in use');

async function startOnce(
  run: RunFolder,
  { port: wanted, keepsState = false }: StartOptions,
): Promise<RunningEmulator> {
  const port = await findFreePort(wanted);
  const endpointUrl = `http://127.0.0.1:${port}`;
  const log = createLogFile(join(run.path, 'emulator.log'));
  const { descriptor, close } = log.open();
  const child = spawnGroup(pythonOf(HOME), [join(FOLDER, 'serve.py'), String(port)], {
    cwd: run.folder('work'),
    env: scrubbedEnvironment({
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      // Signatures and role policies count, as they do on AWS.
      AUTH: 'true',
      IOT_MTLS_ENABLED: '0',
      NODE_OPTIONS,
      // The threads of each share two of the allocator's arenas, where each would have one.
      MALLOC_ARENA_MAX: '2',
      NODE_PATH: offerSdk(run),
      PYTHONDONTWRITEBYTECODE: '1',
      STATE_DIR: run.folder('state'),
      // Objects lie in files: memory does not grow with them.
      S3_PERSIST: '1',
      ...(keepsState && { PERSIST_STATE: '1' }),
      S3_DATA_DIR: run.folder('objects'),
      FUNCTIONS_DIR: run.folder('functions'),
      TMPDIR: makeWorkerFolder(run),
    }),
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
    await stopGroup(groupId, keepsState ? SAVE_MS : undefined);
    await ended;
  };

  if (
    !(await waitUntilHealthy(`${endpointUrl}/_ministack/health`, {
      timeoutMs: START_TIMEOUT_MS,
      isOver: () => over,
    }))
  ) {
    await stop();
    throw failure(`did not come up on port ${port}`, log);
  }
  return {
    name: 'ministack',
    endpointUrl,
    account: ACCOUNT,
    takesStack: () => true,
    restApiUrl: (restApiId, stageName) => `${endpointUrl}/_aws/execute-api/${restApiId}/${stageName}`,
    webSocketUrl: (apiId, stageName) => `ws://127.0.0.1:${port}/_aws/execute-api/${apiId}/${stageName}`,
    logTail: (lines) => log.tail(lines),
    afterDeploy: (assembly) =>
      restoreDroppedProperties(assembly, {
        name: 'MiniStack',
        endpointUrl,
        account: ACCOUNT,
        honoured: HONOURED_PROPERTIES,
      }),
    stop,
  };
}

/** What AWS's runtime brings: the SDK and nothing else. CDK's own custom resources count on it. */
function offerSdk(run: RunFolder): string {
  const folder = run.folder('runtime');
  const link = join(folder, '@aws-sdk');
  if (!existsSync(link)) symlinkSync(join(PROJECT, 'node_modules', '@aws-sdk'), link);
  return folder;
}

/** Functions are unpacked and run here; the emulator's own worker script is CommonJS, the project is not. */
function makeWorkerFolder(run: RunFolder): string {
  const folder = run.folder('tmp');
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  return folder;
}

function failure(what: string, log: LogFile): SetupError {
  return new SetupError(
    `MiniStack ${what}. Remove .emulator and run the command again; if that does not help, its log ends with:\n\n${log.tail(25)}`,
  );
}
