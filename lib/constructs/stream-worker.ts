import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, type StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { differencesOf, readTarget } from '../target.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import type { SegmentryFunction } from './segmentry-function.ts';

export interface StreamWorkerProps {
  readonly table: RecordsTable;
  readonly worker: SegmentryFunction;
  readonly startingPosition: StartingPosition;
  readonly batchSize: number;
  /** The records that are read; AWS takes five patterns of one worker. */
  readonly patterns: readonly object[];
  readonly alarms: OperatorAlarms;
  /** The alarm for what was given up, and the one for reading late. */
  readonly alarmNames: { readonly givenUp: string; readonly late: string };
}

const LATE_SECONDS = 300;

/**
 * Has a function read the table's stream. A record that can't be worked on never blocks the rest: its batch is
 * halved until it stands alone, and its place in the stream goes to the dead letters. A shard serves two readers.
 */
export class StreamWorker extends Construct {
  constructor(scope: Construct, id: string, props: StreamWorkerProps) {
    super(scope, id);
    const { table, worker, patterns, alarms, alarmNames, ...reading } = props;
    const deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: differencesOf(readTarget(this)).tlsOnly,
      retentionPeriod: Duration.days(14),
    });
    worker.live.addEventSource(
      new DynamoEventSource(table.table as ITable, {
        ...reading,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 5,
        onFailure: new SqsDlq(deadLetters),
        filters: patterns.map((pattern) => FilterCriteria.filter({ ...pattern })),
      }),
    );
    alarms.whenBehind(alarmNames.late, worker.lambda, LATE_SECONDS);
    alarms.whenNotEmpty(alarmNames.givenUp, deadLetters);
  }
}
