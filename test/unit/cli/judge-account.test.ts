import { expect, it } from 'vitest';
import { type AccountFacts, judgeAccount } from '../../../cli/deploy/judge-account.ts';

const GOOD: AccountFacts = {
  refusal: undefined,
  region: 'eu-central-1',
  bootstrapVersion: 30,
  isDockerThere: true,
  concurrency: 1000,
};

it('finds nothing wrong with an account that has been prepared', () => {
  expect(judgeAccount(GOOD)).toEqual({ faults: [], warnings: [] });
});

it.each([
  [{ region: undefined, bootstrapVersion: undefined }, 'set AWS_REGION'],
  [{ refusal: 'The security token is expired.' }, 'token is expired. Look at AWS_PROFILE'],
  [{ bootstrapVersion: undefined }, 'run npx cdk bootstrap'],
  [{ bootstrapVersion: 6 }, 'has version 6'],
  [{ isDockerThere: false }, 'No Docker answers'],
])('with %o a deploy is refused: %s', (facts, words) => {
  const { faults } = judgeAccount({ ...GOOD, ...facts });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(words);
});

it('warns where workers would take the few executions of a new account, and deploys', () => {
  const { faults, warnings } = judgeAccount({ ...GOOD, concurrency: 10 });
  expect(faults).toEqual([]);
  expect(warnings[0]).toContain('may run 10 at a time');
});
