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
}

export interface Judgement {
  /** What a deploy would fail of, with what to do. */
  readonly faults: readonly string[];
  /** What would hurt later. */
  readonly warnings: readonly string[];
}

/** From which on the CDK publishes what this app needs. */
const BOOTSTRAP_VERSION = 21;
/** Workers of all queues together, and some requests. */
const COMFORTABLE_CONCURRENCY = 100;

/** Whether a deploy into this account can work. */
export function judgeAccount(facts: AccountFacts): Judgement {
  return { faults: [...faultsOf(facts)], warnings: [...warningsOf(facts)] };
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

function* warningsOf({ concurrency }: AccountFacts): Generator<string> {
  if (concurrency === undefined || concurrency >= COMFORTABLE_CONCURRENCY) return;
  yield `The account's functions may run ${concurrency} at a time, all together: workers will take them from the API. ` +
    'Ask for 1,000 in Service Quotas ("Concurrent executions").';
}
