import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { differencesOf, readTarget } from '../target.ts';
import type { EventsTopic } from './events-topic.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';

export interface AnnounceChangesProps {
  readonly table: RecordsTable;
  readonly events: EventsTopic;
  readonly alarms: OperatorAlarms;
}

/** Records whose end is announced, and the states that are one. */
const ENDS = {
  job: ['succeeded', 'failed', 'canceled'],
  batch: ['finished'],
  upload: ['done', 'failed'],
  webhook: ['disabled'],
  creditAccount: ['low'],
} as const;

const LATE_SECONDS = 300;

/** Publishes what the table's stream says has ended. A record that can't be read never blocks the rest. */
export class AnnounceChanges extends Construct {
  constructor(scope: Construct, id: string, { table, events, alarms }: AnnounceChangesProps) {
    super(scope, id);
    const announce = new SegmentryFunction(this, 'Function', {
      name: 'announce-changes',
      description: 'Publishes what has ended, from the table stream',
      memoryMb: 512,
      timeoutSeconds: 30,
    });
    events.grantPublish(announce);
    // It counts what a batch still has open.
    table.grantReadUpdate(announce);
    const unannounced = new Queue(this, 'Unannounced', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: differencesOf(readTarget(this)).tlsOnly,
    });
    announce.lambda.addEventSource(
      new DynamoEventSource(table.table as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 5,
        onFailure: new SqsDlq(unannounced),
        filters: [
          // All in one: AWS takes five filters.
          newImage({
            __edb_e__: { S: FilterRule.or(...Object.keys(ENDS)) },
            status: { S: FilterRule.or(...new Set(Object.values(ENDS).flat())) },
            announcement: { S: FilterRule.isEqual('pending') },
          }),
          // A batch may have ended when one of its counters has no open job left.
          newImage({
            __edb_e__: { S: FilterRule.isEqual('batchCounter') },
            queued: { N: FilterRule.isEqual('0') },
            running: { N: FilterRule.isEqual('0') },
          }),
        ],
      }),
    );
    alarms.whenBehind('AnnouncedLate', announce.lambda, LATE_SECONDS);
    alarms.whenNotEmpty('Unannounced', unannounced);
  }
}

const newImage = (image: object) => FilterCriteria.filter({ dynamodb: { NewImage: image } });
