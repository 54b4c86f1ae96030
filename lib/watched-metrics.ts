import { type Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { SegmentryFunction } from './constructs/segmentry-function.ts';

/** Of one expression, CloudWatch watches no more. */
const MOST_METRICS = 10;

/** All constructs of a kind in the stack of `scope`. */
export const allOf = <Kind extends Construct>(
  scope: Construct,
  kind: abstract new (...args: never[]) => Kind,
): Kind[] =>
  Stack.of(scope)
    .node.findAll()
    .filter((each): each is Kind => each instanceof kind);

type Functions = readonly SegmentryFunction[];

export const errorsOf = (functions: Functions, period: Duration): MathExpression =>
  sumOf(
    functions.map(({ lambda }) => lambda.metricErrors({ period })),
    period,
  );

export const throttlesOf = (functions: Functions, period: Duration): MathExpression =>
  sumOf(
    functions.map(({ lambda }) => lambda.metricThrottles({ period })),
    period,
  );

export const invocationsOf = (functions: Functions, period: Duration): MathExpression =>
  sumOf(
    functions.map(({ lambda }) => lambda.metricInvocations({ period })),
    period,
  );

/**
 * How many messages a queue has, those included that somebody has received: the reconciler looks at dead letters each
 * minute, and what it leaves is hidden for longer than that.
 * @param name of the queue, by which a graph of several tells them apart.
 */
export function messagesIn(queue: Queue, period: Duration, name: string): MathExpression {
  const [shown, hidden] = [`shown${name}`, `hidden${name}`];
  const statistic = 'max';
  return new MathExpression({
    expression: `SUM([${shown}, ${hidden}])`,
    usingMetrics: {
      [shown]: queue.metricApproximateNumberOfMessagesVisible({ period, statistic }),
      [hidden]: queue.metricApproximateNumberOfMessagesNotVisible({ period, statistic }),
    },
    label: name,
    period,
  });
}

/** @throws where there are more of them than one alarm can watch. */
export function sumOf(metrics: readonly IMetric[], period: Duration): MathExpression {
  if (metrics.length > MOST_METRICS)
    throw new Error(`${metrics.length} metrics are more than one alarm takes.`);
  const named = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({ expression: 'SUM(METRICS())', usingMetrics: named, period });
}
