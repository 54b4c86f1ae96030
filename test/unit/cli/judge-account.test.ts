import { expect, it } from 'vitest';
import { judgeAccount } from '../../../cli/deploy/judge-account.ts';
import type { Demands } from '../../../cli/deploy/read-demands.ts';
import { GOOD_ACCOUNT } from '../../helpers/good-account.ts';

const DEMANDS: Demands = {
  largestFunctionMb: 3008,
  reservedConcurrency: 0,
  workerConcurrency: 60,
  gpuTypes: [],
  gpuMarket: 'onDemand',
  isAlarmHeard: true,
};

it('finds nothing wrong with an account that has been prepared', () => {
  expect(judgeAccount(GOOD_ACCOUNT, DEMANDS)).toEqual({ faults: [], warnings: [] });
});

it.each([
  [{ region: undefined, bootstrapVersion: undefined }, 'set AWS_REGION'],
  [{ refusal: 'The security token is expired.' }, 'token is expired. Look at AWS_PROFILE'],
  [{ bootstrapVersion: undefined }, 'run npx cdk bootstrap'],
  [{ bootstrapVersion: 6 }, 'has version 6'],
  [{ isDockerThere: false }, 'No Docker answers'],
])('with %o a deploy is refused: %s', (facts, words) => {
  const { faults } = judgeAccount({ ...GOOD_ACCOUNT, ...facts }, DEMANDS);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(words);
});

it('warns where nobody is told of alarms, and deploys', () => {
  const { faults, warnings } = judgeAccount(GOOD_ACCOUNT, { ...DEMANDS, isAlarmHeard: false });
  expect(faults).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining('write alarmEmail')]);
});

it('warns where workers would take the few executions of a new account, and deploys', () => {
  const { faults, warnings } = judgeAccount({ ...GOOD_ACCOUNT, concurrency: 10 }, DEMANDS);
  expect(faults).toEqual([]);
  expect(warnings[0]).toContain('may run 10 at a time');
});

it.each([
  [
    'no room for what is reserved',
    { concurrency: 110 },
    { reservedConcurrency: 20 },
    'reserve 20 executions',
  ],
  [
    'a new account, where nothing can be reserved',
    { concurrency: 10 },
    { reservedConcurrency: 1 },
    'reserve 1',
  ],
  [
    'no machine with a GPU',
    { gpuVcpus: 0 },
    { gpuTypes: ['g6.xlarge'] },
    '"Running On-Demand G and VT instances"',
  ],
])('%s: nothing is deployed', (_, facts, demands, words) => {
  const { faults } = judgeAccount({ ...GOOD_ACCOUNT, ...facts }, { ...DEMANDS, ...demands });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(words);
});

it('takes what is reserved where enough is left, and machines with a GPU where they may run', () => {
  const demands = { ...DEMANDS, reservedConcurrency: 20, gpuTypes: ['g6.xlarge'] };
  expect(judgeAccount({ ...GOOD_ACCOUNT, gpuVcpus: 8 }, demands)).toEqual({ faults: [], warnings: [] });
});

it('more memory than a new account has is told of, unless a function of the account has it', () => {
  const demands = { ...DEMANDS, largestFunctionMb: 5307 };
  const { faults, warnings } = judgeAccount({ ...GOOD_ACCOUNT, largestFunctionMb: 3008 }, demands);
  expect(faults).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining('set analysisMemoryMb to 3008 or less')]);
  expect(judgeAccount({ ...GOOD_ACCOUNT, largestFunctionMb: 5307 }, demands).warnings).toEqual([]);
});
