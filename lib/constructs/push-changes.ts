import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { differencesOf, readTarget } from '../target.ts';
import type { LiveApi } from './live-api.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';

export interface PushChangesProps {
  readonly table: RecordsTable;
  readonly liveApi: LiveApi;
  readonly alarms: OperatorAlarms;
}

const TOLD_OF = ['job', 'upload', 'batchCounter', 'creditAccount'];

const LATE_SECONDS = 300;

/** Tells open WebSockets what the table's stream says has changed. */
export class PushChanges extends Construct {
  constructor(scope: Construct, id: string, { table, liveApi, alarms }: PushChangesProps) {
    super(scope, id);
    const push = new SegmentryFunction(this, 'Function', {
      name: 'push-changes',
      description: 'Pushes changes to the WebSockets that listen for them',
      memoryMb: 512,
      timeoutSeconds: 60,
    });
    table.grantReadDelete(push);
    liveApi.grantSend(push);
    const unpushed = new Queue(this, 'Unpushed', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: differencesOf(readTarget(this)).tlsOnly,
      retentionPeriod: Duration.days(4),
    });
    push.lambda.addEventSource(
      new DynamoEventSource(table.table as ITable, {
        // What was before nobody listens for.
        startingPosition: StartingPosition.LATEST,
        batchSize: 1000,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 5,
        onFailure: new SqsDlq(unpushed),
        filters: [
          FilterCriteria.filter({
            dynamodb: { NewImage: { __edb_e__: { S: FilterRule.or(...TOLD_OF) } } },
          }),
        ],
      }),
    );
    alarms.whenBehind('PushedLate', push.lambda, LATE_SECONDS);
    alarms.whenNotEmpty('Unpushed', unpushed);
  }
}
