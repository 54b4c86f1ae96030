import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

type Flags = Record<string, unknown>;

/** What CDK advises for a new app, in the version that is installed. */
const advised = createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json') as Flags;
const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  context: Flags;
};

/** Where this app wants something else than CDK advises, and why. */
const OTHERWISE: Record<string, string> = {
  '@aws-cdk/core:target-partitions': 'GovCloud is a target too.',
  '@aws-cdk/aws-lambda:useCdkManagedLogGroup':
    'Functions have log groups of their own; those that CDK makes for its helpers outlive a failed first deploy.',
  '@aws-cdk/core:validateAgainstDefaultRules':
    'Tests on an emulator hide messages for less than a time-out; lib/check-settings.ts holds settings for AWS.',
  '@aws-cdk/core:defaultCrossStackReferences':
    'Strong ones keep the stack of data from losing what others use; no emulator knows the weak ones.',
};

it('every flag of CDK is decided, so that an update of CDK changes no resource by itself', () => {
  expect(Object.keys(advised).filter((flag) => !(flag in context))).toEqual([]);
});

it('flags are what CDK advises, but for those with a reason', () => {
  const differing = Object.entries(advised).filter(
    ([flag, value]) => JSON.stringify(context[flag]) !== JSON.stringify(value),
  );
  expect(differing.map(([flag]) => flag).sort()).toEqual(Object.keys(OTHERWISE).sort());
});
