import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { differencesOf, readTarget } from '../target.ts';
import type { SegmentryFunction } from './segmentry-function.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });

const PROJECTIONS = {
  gsi1: ProjectionType.ALL,
  gsi2: ProjectionType.ALL,
  /** Most records stay in it for moments only: it tells which there are, not what they hold. */
  gsi3: ProjectionType.KEYS_ONLY,
};

/** The one table: docs/data-model.md tells what its keys hold. */
export class RecordsTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { keepData } = differencesOf(readTarget(this));
    this.table = new TableV2(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      globalSecondaryIndexes: Object.entries(PROJECTIONS).map(([indexName, projectionType]) => ({
        indexName,
        partitionKey: text(`${indexName}pk`),
        sortKey: text(`${indexName}sk`),
        projectionType,
      })),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      deletionProtection: keepData,
      removalPolicy: keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }

  /** What DynamoDB refuses: of the table's reads and writes, and of the writes of its indexes. */
  throttleMetrics(period: Duration): IMetric[] {
    const metric = (metricName: string, index?: string) =>
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: {
          TableName: this.table.tableName,
          ...(index !== undefined && { GlobalSecondaryIndexName: index }),
        },
        statistic: 'sum',
        period,
      });
    const ofIndexes = Object.keys(PROJECTIONS).map((index) => metric('WriteThrottleEvents', index));
    return [metric('ReadThrottleEvents'), metric('WriteThrottleEvents'), ...ofIndexes];
  }

  grantRead(fn: SegmentryFunction): void {
    this.#grant(fn, ['dynamodb:GetItem', 'dynamodb:Query']);
  }

  /** Transactions need the actions of their parts. */
  grantReadWrite(fn: SegmentryFunction): void {
    this.#grant(fn, ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem']);
  }

  grantReadUpdate(fn: SegmentryFunction): void {
    this.#grant(fn, ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem']);
  }

  grantReadDelete(fn: SegmentryFunction): void {
    this.#grant(fn, ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:DeleteItem']);
  }

  grantDelete(fn: SegmentryFunction): void {
    this.#grant(fn, ['dynamodb:DeleteItem']);
  }

  grantBatchGet(fn: SegmentryFunction): void {
    this.#grant(fn, ['dynamodb:BatchGetItem']);
  }

  grantBatchWrite(fn: SegmentryFunction): void {
    this.#grant(fn, ['dynamodb:BatchWriteItem']);
  }

  #grant(fn: SegmentryFunction, actions: readonly string[]): void {
    fn.allow(actions, [this.table.tableArn, `${this.table.tableArn}/index/*`]);
    fn.addEnvironment({ TABLE_NAME: this.table.tableName });
  }
}
