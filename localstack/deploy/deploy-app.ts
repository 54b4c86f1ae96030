import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningEmulator } from '../emulator.ts';
import type { RunFolder } from '../run-folder.ts';
import type { ProgramResult } from '../run-program.ts';
import { SetupError } from '../setup-error.ts';
import { runCdk } from './cdk.ts';
import { parseOutputs, type StackOutputs } from './stack-outputs.ts';

const SYNTH_TIMEOUT_MS = 180_000;
const BOOTSTRAP_TIMEOUT_MS = 120_000;
/** A custom resource that fails silently would keep the deploy waiting for an hour. */
const DEPLOY_TIMEOUT_MS = 300_000;
const OUTPUT_LINES = 30;

/** What `synthesize` gives: the folder of an assembly. */
export type Assembly = string;

/** Synthesizes the app for the emulator target. Needs no emulator, so it can run while one starts. */
export async function synthesize(run: RunFolder, context: Record<string, string> = {}): Promise<Assembly> {
  const assembly = join(run.path, 'cdk.out');
  const given = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const result = await runCdk({
    args: ['synth', '--quiet', '--output', assembly, '-c', 'target=emulator', ...given],
    timeoutMs: SYNTH_TIMEOUT_MS,
    onStart: run.recordGroup,
  });
  if (result.exitCode !== 0 || result.timedOut) {
    throw new SetupError(`The CDK app could not be synthesized.\n\n${endOf(result.output)}`);
  }
  return assembly;
}

/** Makes the account ready for deploys. */
export async function bootstrap(emulator: RunningEmulator, run: RunFolder): Promise<void> {
  const { accountId, region } = emulator.account;
  const result = await runCdk({
    args: ['bootstrap', `aws://${accountId}/${region}`],
    // A folder without cdk.json, so that the app is not synthesized for it.
    folder: run.folder('bootstrap'),
    environment: environmentOf(emulator),
    timeoutMs: BOOTSTRAP_TIMEOUT_MS,
    onStart: run.recordGroup,
  });
  refuseFailure('cdk bootstrap', BOOTSTRAP_TIMEOUT_MS, result, emulator);
  await emulator.afterBootstrap();
}

/** Deploys an assembly. @throws SetupError with the end of CDK's and the emulator's output. */
export async function deployApp(
  { emulator, assembly }: { emulator: RunningEmulator; assembly: Assembly },
  run: RunFolder,
): Promise<StackOutputs> {
  const outputsFile = join(run.path, 'outputs.json');
  const result = await runCdk({
    args: [
      ...[
        'deploy',
        ...emulator.stacks,
        '--app',
        assembly,
        '--output',
        assembly,
        '--outputs-file',
        outputsFile,
      ],
      ...['--require-approval', 'never', '--progress', 'events', '--method', 'direct', '--concurrency', '4'],
    ],
    folder: run.folder('deploy'),
    environment: environmentOf(emulator),
    timeoutMs: DEPLOY_TIMEOUT_MS,
    onStart: run.recordGroup,
  });
  refuseFailure('cdk deploy', DEPLOY_TIMEOUT_MS, result, emulator);
  await emulator.afterDeploy(assembly);
  return parseOutputs(readFileSync(outputsFile, 'utf8'));
}

function environmentOf({ endpointUrl, account }: RunningEmulator): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
  };
}

function refuseFailure(
  what: string,
  timeoutMs: number,
  result: ProgramResult,
  emulator: RunningEmulator,
): void {
  if (result.exitCode === 0 && !result.timedOut) return;
  const how = result.timedOut ? `did not end within ${timeoutMs / 1000} seconds` : 'failed';
  throw new SetupError(
    `${what} ${how} on ${emulator.name}. It said at last:\n\n${endOf(result.output)}\n\n` +
      `The emulator's log ends with:\n\n${emulator.logTail(OUTPUT_LINES)}`,
  );
}

const endOf = (output: string) => output.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n');
