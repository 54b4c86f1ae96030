import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { readAlarmEmail } from '../alarm-email.ts';
import { differencesOf, readTarget } from '../target.ts';
import { messagesIn } from '../watched-metrics.ts';

const EVALUATED_EVERY = Duration.minutes(1);

/** At or above the threshold, once, unless it says otherwise. */
type Watched = Pick<AlarmProps, 'alarmDescription' | 'metric' | 'threshold'> & Partial<AlarmProps>;

/** Tells the operator of what will not mend itself, by e-mail where the stage names an `alarmEmail`. */
export class OperatorAlarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: differencesOf(readTarget(this)).tlsOnly });
    // A policy of its own, such as the one for TLS, takes the place of SNS's, which lets the account's alarms in.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    const email = readAlarmEmail(this);
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
  }

  /** What was given up lies in `queue`. */
  whenNotEmpty(name: string, queue: Queue): void {
    this.when(name, {
      alarmDescription: 'Work was given up. docs/operations.md tells how to look at it and send it again.',
      metric: differencesOf(readTarget(this)).metrics
        ? messagesIn(queue, EVALUATED_EVERY, name)
        : queue.metricApproximateNumberOfMessagesVisible({ period: EVALUATED_EVERY, statistic: 'max' }),
      threshold: 1,
    });
  }

  /** `fn` can't keep up with its stream, or a record holds it up. */
  whenBehind(name: string, fn: IFunction, limitSeconds: number): void {
    this.when(name, {
      alarmDescription: `What has changed is told more than ${limitSeconds} s late.`,
      metric: fn.metric('IteratorAge', { period: EVALUATED_EVERY, statistic: 'max' }),
      threshold: limitSeconds * 1000,
    });
  }

  when(name: string, props: Watched): void {
    const alarm = new Alarm(this, name, {
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}
