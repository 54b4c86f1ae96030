import { Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** `-ap-southeast-1` is the longest so far. */
const REGION_CHARACTERS = 16;

/** A name for what an account has once for all regions: CDK's own say nothing of theirs, so a second region could not have it. */
export const nameInRegion = (scope: Construct, mostCharacters: number): string =>
  `${Names.uniqueResourceName(scope, { maxLength: mostCharacters - REGION_CHARACTERS })}-${Stack.of(scope).region}`;
