import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { differencesOf, readTarget } from '../target.ts';
import { type AccountRights, denyAccounts } from './account-keys.ts';
import { KEY_USES } from './customer-key.ts';
import type { Runner } from './runner.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });

const PROJECTIONS = {
  gsi1: ProjectionType.ALL,
  gsi2: ProjectionType.ALL,
  /** Most records stay in it for moments only: it tells which there are, not what they hold. */
  gsi3: ProjectionType.KEYS_ONLY,
};

export interface RecordsTableProps {
  readonly settings: Settings;
  /** The customer's own key; AWS's own where it is undefined. */
  readonly keyArn: string | undefined;
}

/** The one table: docs/data-model.md tells what its keys hold. */
export class RecordsTable extends Construct {
  readonly table: TableV2;
  readonly #keyArn: string | undefined;
  /** Those of which it is said what they may do with accounts: what the first grant says holds. */
  readonly #granted = new Set<Runner>();

  constructor(scope: Construct, id: string, { settings, keyArn }: RecordsTableProps) {
    super(scope, id);
    this.#keyArn = keyArn;
    const { keepData } = differencesOf(readTarget(this));
    const warm = warmThroughputOf(settings);
    this.table = new TableV2(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      globalSecondaryIndexes: Object.entries(PROJECTIONS).map(([indexName, projectionType]) => ({
        indexName,
        partitionKey: text(`${indexName}pk`),
        sortKey: text(`${indexName}sk`),
        projectionType,
        ...warm,
      })),
      ...warm,
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      deletionProtection: keepData,
      removalPolicy: keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    if (keyArn !== undefined) {
      // CDK takes a key only where it knows the region already.
      const table = this.table.node.defaultChild as CfnGlobalTable;
      table.addPropertyOverride('Replicas.0.SSESpecification.KMSMasterKeyId', keyArn);
    }
  }

  /** What DynamoDB refuses: of reads and writes of the table, and of each of its indexes. */
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
    const throttled = [undefined, ...Object.keys(PROJECTIONS)];
    return ['ReadThrottleEvents', 'WriteThrottleEvents'].flatMap((name) =>
      throttled.map((index) => metric(name, index)),
    );
  }

  /** Each grant comes without accounts, unless it says otherwise. */
  grantRead(fn: Runner, rights: AccountRights = 'none'): void {
    this.#grant(fn, rights, ['dynamodb:GetItem', 'dynamodb:Query']);
  }

  /** Transactions need the actions of their parts. */
  grantReadWrite(fn: Runner, rights: AccountRights = 'none'): void {
    this.#grant(fn, rights, [
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]);
  }

  grantReadUpdate(fn: Runner, rights: AccountRights = 'none'): void {
    this.#grant(fn, rights, ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem']);
  }

  grantReadDelete(fn: Runner, rights: AccountRights = 'none'): void {
    this.#grant(fn, rights, ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:DeleteItem']);
  }

  grantDelete(fn: Runner, rights: AccountRights = 'none'): void {
    this.#grant(fn, rights, ['dynamodb:DeleteItem']);
  }

  grantBatchGet(fn: Runner, rights: AccountRights = 'none'): void {
    this.#grant(fn, rights, ['dynamodb:BatchGetItem']);
  }

  /** To identify the caller, and read what the request needs. */
  grantIdentify(fn: Runner, rights: Extract<AccountRights, 'identify' | 'all'> = 'identify'): void {
    this.#grant(fn, rights, ['dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem']);
  }

  /** For transactions that hang on a record which they leave as it is. */
  grantConditionCheck(fn: Runner, rights: AccountRights = 'none'): void {
    this.#grant(fn, rights, ['dynamodb:ConditionCheckItem']);
  }

  grantBatchWrite(fn: Runner, rights: AccountRights = 'none'): void {
    this.#grant(fn, rights, ['dynamodb:BatchWriteItem']);
  }

  #grant(fn: Runner, rights: AccountRights, actions: readonly string[]): void {
    if (!this.#granted.has(fn)) {
      for (const statement of denyAccounts(rights, this.table.tableArn)) fn.addToPolicy(statement);
      this.#granted.add(fn);
    }
    fn.allow(actions, [this.table.tableArn, `${this.table.tableArn}/index/*`]);
    if (this.#keyArn !== undefined) fn.allow(KEY_USES, [this.#keyArn]);
    fn.addEnvironment({ TABLE_NAME: this.table.tableName });
  }
}

/** Where a load is expected that a table grows to by itself only while it throttles. */
function warmThroughputOf({ warmReadUnits, warmWriteUnits }: Settings) {
  if (warmReadUnits === 0 && warmWriteUnits === 0) return {};
  return {
    warmThroughput: {
      ...(warmReadUnits > 0 && { readUnitsPerSecond: warmReadUnits }),
      ...(warmWriteUnits > 0 && { writeUnitsPerSecond: warmWriteUnits }),
    },
  };
}
