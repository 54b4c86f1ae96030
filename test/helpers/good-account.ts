import type { AccountFacts } from '../../cli/deploy/judge-account.ts';

/** An account that anything can be deployed into. */
export const GOOD_ACCOUNT: AccountFacts = {
  refusal: undefined,
  region: 'eu-central-1',
  bootstrapVersion: 30,
  isDockerThere: true,
  concurrency: 1000,
  largestFunctionMb: undefined,
  gpuVcpus: undefined,
};
