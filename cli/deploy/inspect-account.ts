import { spawnSync } from 'node:child_process';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { AccountFacts } from './judge-account.ts';

const BOOTSTRAP_STACK = 'CDKToolkit';
const DOCKER_PATIENCE_MS = 20_000;

/** Asks AWS and this machine what a deploy depends on. Changes nothing. */
export async function inspectAccount(): Promise<AccountFacts> {
  const lambda = new LambdaClient({});
  const region = await lambda.config.region().catch(() => undefined);
  const isDockerThere =
    spawnSync('docker', ['info'], { stdio: 'ignore', timeout: DOCKER_PATIENCE_MS }).status === 0;
  const unknown = { region, isDockerThere, bootstrapVersion: undefined, concurrency: undefined };
  if (region === undefined) return { ...unknown, refusal: undefined };
  try {
    const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
    return {
      region,
      isDockerThere,
      refusal: undefined,
      bootstrapVersion: await readBootstrapVersion(),
      concurrency: AccountLimit?.ConcurrentExecutions,
    };
  } catch (error) {
    return { ...unknown, refusal: error instanceof Error ? error.message : String(error) };
  }
}

async function readBootstrapVersion(): Promise<number | undefined> {
  try {
    const { Stacks = [] } = await new CloudFormationClient({}).send(
      new DescribeStacksCommand({ StackName: BOOTSTRAP_STACK }),
    );
    const version = Stacks[0]?.Outputs?.find(
      ({ OutputKey }) => OutputKey === 'BootstrapVersion',
    )?.OutputValue;
    return version === undefined ? undefined : Number(version);
  } catch (error) {
    // CloudFormation has no error of its own for a stack that is not there.
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
