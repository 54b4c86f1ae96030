import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { differencesOf, readTarget } from '../target.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';

export interface PurgeMediaProps {
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly alarms: OperatorAlarms;
}

/** Removes what hung on images and videos that were deleted or whose time was over, as the table's stream tells of them. */
export class PurgeMedia extends Construct {
  constructor(scope: Construct, id: string, { bucket, table, alarms }: PurgeMediaProps) {
    super(scope, id);
    const purge = new SegmentryFunction(this, 'Function', {
      name: 'purge-media',
      description: 'Removes the files, jobs and results of images and videos that are gone',
      memoryMb: 512,
      timeoutSeconds: 60,
    });
    table.grantReadWrite(purge);
    table.grantDelete(purge);
    table.grantBatchWrite(purge);
    bucket.grant(purge, {
      images: ['remove'],
      videos: ['remove'],
      results: ['remove'],
      overlays: ['remove'],
    });
    const unforgotten = new Queue(this, 'Unforgotten', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: differencesOf(readTarget(this)).tlsOnly,
    });
    purge.lambda.addEventSource(
      new DynamoEventSource(table.table as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 10,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 5,
        onFailure: new SqsDlq(unforgotten),
        filters: [
          FilterCriteria.filter({
            eventName: FilterRule.isEqual('REMOVE'),
            dynamodb: { OldImage: { __edb_e__: { S: FilterRule.or('image', 'video') } } },
          }),
        ],
      }),
    );
    alarms.whenNotEmpty('Unforgotten', unforgotten);
  }
}
