import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import { Alias, type IVersion, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Rollout } from '../hosting.ts';

/** Errors within a minute that end a gradual rollout, and bring the old code back. */
const ERRORS = 3;

export interface RolloutProps {
  readonly rollout: Rollout;
  /** Processes that are kept ready. */
  readonly provisioned: number;
}

/** The name under which a function is called: its latest version, or a share of it while it is being rolled out. */
export function rollOut(
  scope: Construct,
  lambda: LambdaFunction,
  { rollout, provisioned }: RolloutProps,
): Alias {
  const alias = new Alias(scope, 'Live', {
    aliasName: 'live',
    version: lambda.currentVersion as IVersion,
    ...(provisioned > 0 && { provisionedConcurrentExecutions: provisioned }),
  });
  if (rollout === 'AllAtOnce') return alias;
  new LambdaDeploymentGroup(scope, 'Rollout', {
    application: applicationOf(Stack.of(scope)),
    alias,
    deploymentConfig: LambdaDeploymentConfig[ROLLOUT_CONFIGS[rollout]] as ILambdaDeploymentConfig,
    alarms: [
      new Alarm(scope, 'RolloutErrors', {
        alarmDescription: 'The code that is being rolled out fails: the old code comes back by itself.',
        metric: alias.metricErrors({ period: Duration.minutes(1) }),
        threshold: ERRORS,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    ],
  });
  return alias;
}

const ROLLOUT_CONFIGS = {
  Canary10Percent5Minutes: 'CANARY_10PERCENT_5MINUTES',
  Canary10Percent15Minutes: 'CANARY_10PERCENT_15MINUTES',
  Linear10PercentEvery1Minute: 'LINEAR_10PERCENT_EVERY_1MINUTE',
  Linear10PercentEvery3Minutes: 'LINEAR_10PERCENT_EVERY_3MINUTES',
} as const;

/** One for all functions of a stack. */
const applicationOf = (stack: Stack): LambdaApplication =>
  (stack.node.tryFindChild('Rollouts') as LambdaApplication | undefined) ??
  new LambdaApplication(stack, 'Rollouts');
