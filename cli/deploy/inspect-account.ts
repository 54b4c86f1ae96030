import { spawnSync } from 'node:child_process';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { type AccountFacts, NEW_ACCOUNT_MB } from './judge-account.ts';
import type { Demands, GpuMarket } from './read-demands.ts';

const BOOTSTRAP_STACK = 'CDKToolkit';
/** Those of `GPU_QUOTAS` (judge-account.ts), in virtual processors. */
const GPU_QUOTA_CODES: Record<GpuMarket, string> = { onDemand: 'L-DB2E81BA', spot: 'L-3819A6DF' };
const DOCKER_PATIENCE_MS = 20_000;

const NOTHING_ASKED = {
  refusal: undefined,
  bootstrapVersion: undefined,
  concurrency: undefined,
  largestFunctionMb: undefined,
  gpuVcpus: undefined,
} as const;

/** Asks AWS and this machine what a deploy depends on. Changes nothing. */
export async function inspectAccount(demands: Demands): Promise<AccountFacts> {
  const lambda = new LambdaClient({});
  const region = await lambda.config.region().catch(() => undefined);
  const docker = spawnSync('docker', ['info'], { stdio: 'ignore', timeout: DOCKER_PATIENCE_MS });
  const unknown = { ...NOTHING_ASKED, region, isDockerThere: docker.status === 0 };
  if (region === undefined) return unknown;
  try {
    const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
    const asksForMore = demands.largestFunctionMb > NEW_ACCOUNT_MB;
    return {
      ...unknown,
      bootstrapVersion: await readBootstrapVersion(),
      concurrency: AccountLimit?.ConcurrentExecutions,
      largestFunctionMb: asksForMore ? await findLargestFunction(lambda) : undefined,
      gpuVcpus: demands.gpuTypes.length > 0 ? await readGpuVcpus(demands.gpuMarket) : undefined,
    };
  } catch (error) {
    return { ...unknown, refusal: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * No quota tells how much memory a function may have; a function that has it does.
 * @returns undefined where these credentials may not ask.
 */
async function findLargestFunction(client: LambdaClient): Promise<number | undefined> {
  return unlessForbidden(async () => {
    let largestMb = 0;
    for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
      largestMb = Math.max(largestMb, ...Functions.map(({ MemorySize = 0 }) => MemorySize));
    }
    return largestMb;
  });
}

/** @returns undefined where these credentials may not ask. */
async function readGpuVcpus(market: GpuMarket): Promise<number | undefined> {
  const client = new ServiceQuotasClient({});
  const asked = { ServiceCode: 'ec2', QuotaCode: GPU_QUOTA_CODES[market] };
  return unlessForbidden(async () => {
    const { Quota } = await client.send(new GetServiceQuotaCommand(asked)).catch((error: unknown) => {
      // What nobody has changed for the account may be told as the default alone.
      if (isNamed(error, 'NoSuchResourceException')) {
        return client.send(new GetAWSDefaultServiceQuotaCommand(asked));
      }
      throw error;
    });
    return Quota?.Value;
  });
}

/** A deploy needs none of these rights, and the role of docs/deploy-role.json has none of them. */
const unlessForbidden = <Told>(ask: () => Promise<Told>): Promise<Told | undefined> =>
  ask().catch((error: unknown) => {
    if (isNamed(error, 'AccessDeniedException')) return undefined;
    throw error;
  });

const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

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
