import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { differencesOf, readTarget } from '../target.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { Runner } from './runner.ts';
import type { SegmentryFunction } from './segmentry-function.ts';

export interface WorkQueueProps {
  readonly visibilitySeconds: number;
  /** Deliveries after which a message goes to the dead letters. */
  readonly maxReceives: number;
  readonly alarms: OperatorAlarms;
}

/** A queue of work, with a second one for what could not be done. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const enforceSSL = differencesOf(readTarget(this)).tlsOnly;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL,
      // The reconciler comes each minute: what it has looked at and left, it leaves alone for a while.
      visibilityTimeout: Duration.minutes(5),
      retentionPeriod: Duration.days(14),
    });
    props.alarms.whenNotEmpty(`${id}DeadLetters`, this.deadLetters);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL,
      visibilityTimeout: Duration.seconds(props.visibilitySeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceives },
    });
  }

  grantSend(fn: Runner): void {
    fn.allow(differencesOf(readTarget(this)).sendActions, [this.queue.queueArn]);
  }

  /** Lets a function take messages out of the dead letters. */
  grantRevive(fn: Runner): void {
    fn.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [this.deadLetters.queueArn]);
  }

  /** Lets a task take messages itself, keep them, and remove what is done. */
  grantConsume(task: Runner): void {
    task.allow(
      ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage'],
      [this.queue.queueArn],
    );
  }

  /** Makes `fn` the queue's worker. */
  feed(fn: SegmentryFunction, options: { batchSize: number; maxConcurrency: number }): void {
    fn.live.addEventSource(new SqsEventSource(this.queue, { ...options, reportBatchItemFailures: true }));
  }
}
