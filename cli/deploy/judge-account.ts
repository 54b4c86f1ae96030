import type { Demands, GpuMarket } from './read-demands.ts';

/** What was found of the account and this machine before a deploy. */
export interface AccountFacts {
  /** Why AWS could not be asked; undefined where it could. */
  readonly refusal: string | undefined;
  readonly region: string | undefined;
  /** Of the bootstrap stack; undefined where there is none. */
  readonly bootstrapVersion: number | undefined;
  readonly isDockerThere: boolean;
  /** Executions that the account's functions may have at a time, all together. */
  readonly concurrency: number | undefined;
  /** The most memory that a function of the account has; undefined where nobody asked, or might. */
  readonly largestFunctionMb: number | undefined;
  /** Virtual processors of machines with a GPU that may run at a time, where the first is to be had; undefined where nobody asked, or might. */
  readonly gpuVcpus: number | undefined;
}

export interface Judgement {
  /** What a deploy would fail of, with what to do. */
  readonly faults: readonly string[];
  /** What would hurt later. */
  readonly warnings: readonly string[];
}

/** From which on the CDK publishes what this app needs. */
const BOOTSTRAP_VERSION = 21;
/** Some requests, besides the workers. */
const REQUESTS = 20;
/** Lambda leaves so many executions to functions that have reserved none. */
const UNRESERVED = 100;
/** More than that a new account's functions can't have. */
export const NEW_ACCOUNT_MB = 3008;
/** Of the smallest machine with a GPU. */
const LEAST_GPU_VCPUS = 4;
/** As Service Quotas calls them. */
const GPU_QUOTAS: Record<GpuMarket, string> = {
  onDemand: 'Running On-Demand G and VT instances',
  spot: 'All G and VT Spot Instance Requests',
};

/** Whether a deploy of what asks this of the account can work. */
export function judgeAccount(facts: AccountFacts, demands: Demands): Judgement {
  return {
    faults: [...faultsOf(facts), ...faultsOfQuotas(facts, demands)],
    warnings: [...warningsOf(facts, demands)],
  };
}

function* faultsOf({ refusal, region, bootstrapVersion, isDockerThere }: AccountFacts): Generator<string> {
  if (region === undefined) yield 'No region is chosen: set AWS_REGION.';
  if (refusal !== undefined) {
    yield `AWS refuses these credentials: ${refusal} Look at AWS_PROFILE, or sign in again.`;
  } else if (region !== undefined && bootstrapVersion === undefined) {
    yield 'The account and region have never been used with CDK: run npx cdk bootstrap.';
  } else if (bootstrapVersion !== undefined && bootstrapVersion < BOOTSTRAP_VERSION) {
    yield `CDK's bootstrap stack has version ${bootstrapVersion}, and ${BOOTSTRAP_VERSION} is needed: run npx cdk bootstrap.`;
  }
  if (!isDockerThere) yield 'No Docker answers, which builds the images of functions: start it.';
}

function* faultsOfQuotas({ concurrency, gpuVcpus }: AccountFacts, demands: Demands): Generator<string> {
  const { reservedConcurrency: reserved, gpuTypes, gpuMarket } = demands;
  if (
    concurrency !== undefined &&
    reserved > 0 &&
    concurrency - reserved < Math.min(UNRESERVED, concurrency)
  ) {
    yield `The settings reserve ${reserved} executions, of the account's ${concurrency} for all functions; Lambda keeps ` +
      `${UNRESERVED} free. Set apiConcurrency to 0, or ask for more in Service Quotas ("Concurrent executions").`;
  }
  if (gpuVcpus !== undefined && gpuTypes.length > 0 && gpuVcpus < LEAST_GPU_VCPUS) {
    yield `The account may run ${gpuVcpus} virtual processors of machines with a GPU, and ${gpuTypes.join(', ')} needs ` +
      `${LEAST_GPU_VCPUS} or more: ask for them in Service Quotas ("${GPU_QUOTAS[gpuMarket]}").`;
  }
}

function* warningsOf(facts: AccountFacts, demands: Demands): Generator<string> {
  const { refusal, concurrency, largestFunctionMb, gpuVcpus } = facts;
  const comfortable = demands.workerConcurrency + demands.reservedConcurrency + REQUESTS;
  if (concurrency !== undefined && concurrency < comfortable) {
    yield `The account's functions may run ${concurrency} at a time, all together, and the workers alone up to ` +
      `${demands.workerConcurrency}: they will take executions from the API. Ask for 1,000 in Service Quotas ("Concurrent executions").`;
  }
  if (demands.largestFunctionMb > NEW_ACCOUNT_MB && (largestFunctionMb ?? 0) <= NEW_ACCOUNT_MB) {
    const known =
      largestFunctionMb === undefined
        ? `these credentials may not see whether one here has more than ${NEW_ACCOUNT_MB} MB`
        : `no function here has had more than ${NEW_ACCOUNT_MB} MB so far`;
    yield `A function is to have ${demands.largestFunctionMb} MB, and ${known}, which is the most that a new account gets: ` +
      'where the deploy is refused, set analysisMemoryMb to 3008 or less.';
  }
  if (!demands.isAlarmHeard) {
    yield "Nobody will be told of alarms: write alarmEmail into the stage's file (stages/).";
  }
  if (demands.gpuTypes.length > 0 && gpuVcpus === undefined && refusal === undefined) {
    yield 'How many machines with a GPU the account may run was not asked: these credentials lack servicequotas:GetServiceQuota. ' +
      `Look at Service Quotas ("${GPU_QUOTAS[demands.gpuMarket]}").`;
  }
}
