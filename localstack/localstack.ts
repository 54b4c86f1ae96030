import { isDockerThere } from './docker/is-docker-there.ts';
import { startInDocker } from './docker/start-in-docker.ts';
import type { Emulator, EmulatorAccount, RunningEmulator, StartOptions } from './emulator.ts';
import { prepareHost, startOnHost } from './host/start-on-host.ts';
import { LOCALSTACK_HONOURS } from './localstack-honours.ts';
import type { Progress } from './progress.ts';
import { refuseFallbacks } from './refuse-fallbacks.ts';
import { restoreDroppedProperties } from './restore/restore-dropped-properties.ts';
import type { RunFolder } from './run-folder.ts';
import { SetupError } from './setup-error.ts';
import type { StartedLocalstack } from './started-localstack.ts';
import { waitUntilHealthy } from './wait-until-healthy.ts';

const GIVEN_TIMEOUT_MS = 3000;

const ACCOUNT: EmulatorAccount = {
  accessKeyId: 'test',
  secretAccessKey: 'test',
  region: 'us-east-1',
  accountId: '000000000000',
};

/** A way to get a LocalStack. */
interface Way {
  readonly name: 'given' | 'docker' | 'host';
  prepare(progress: Progress): Promise<void>;
  start(run: RunFolder, options: StartOptions): Promise<StartedLocalstack>;
}

/** LocalStack 4.14.0, the last open version: given by address, in Docker, or as processes of this machine. */
export const localstack: Emulator = {
  name: 'localstack',
  prepare: (progress) => pickWay().prepare(progress),
  start: async (run, options) => describe(await pickWay().start(run, options)),
};

/** The first of the three ways that there is: an address, Docker, this machine itself. */
export function pickWay(): Way {
  const endpointUrl = process.env.LOCALSTACK_ENDPOINT;
  if (endpointUrl !== undefined && endpointUrl !== '') return given(endpointUrl);
  if (isDockerThere()) return { name: 'docker', prepare: async () => {}, start: startInDocker };
  return { name: 'host', prepare: prepareHost, start: startOnHost };
}

/** One that someone else runs: a token edition, or an account's own. It is used, and left running. */
function given(address: string): Way {
  // SDKs would put bucket names before the name localhost.
  const endpointUrl = address.replace(/\/$/, '').replace('//localhost', '//127.0.0.1');
  return {
    name: 'given',
    prepare: async () => {},
    async start() {
      const options = { timeoutMs: GIVEN_TIMEOUT_MS, isOver: () => false };
      if (!(await waitUntilHealthy(`${endpointUrl}/_localstack/health`, options))) {
        throw new SetupError(
          `No LocalStack answers at ${endpointUrl}. Start it, or unset LOCALSTACK_ENDPOINT.`,
        );
      }
      return { endpointUrl, logTail: () => `(the log of ${endpointUrl} is not here)`, stop: async () => {} };
    },
  };
}

function describe({ endpointUrl, logTail, stop }: StartedLocalstack): RunningEmulator {
  return {
    name: 'localstack',
    endpointUrl,
    account: ACCOUNT,
    // The open LocalStack knows no WebSocket API.
    takesStack: (name) => !name.includes('Realtime'),
    restApiUrl: (restApiId, stageName) => `${endpointUrl}/_aws/execute-api/${restApiId}/${stageName}`,
    logTail,
    async afterDeploy(assembly) {
      await refuseFallbacks(assembly, endpointUrl, ACCOUNT);
      const honoured = LOCALSTACK_HONOURS;
      await restoreDroppedProperties(assembly, {
        name: 'LocalStack',
        endpointUrl,
        account: ACCOUNT,
        honoured,
      });
    },
    stop,
  };
}
