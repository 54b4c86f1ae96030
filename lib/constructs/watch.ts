import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { ComparisonOperator, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { allOf, errorsOf, invocationsOf, sumOf, throttlesOf } from '../watched-metrics.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface WatchProps {
  readonly settings: Settings;
  readonly alarms: OperatorAlarms;
  readonly restApi: RestApi;
  /** Serve requests; all others are workers. */
  readonly apiFunctions: readonly SegmentryFunction[];
  /** Run models: of images, and of parts of videos. */
  readonly analyze: readonly SegmentryFunction[];
  readonly reconcile: SegmentryFunction;
  readonly table: RecordsTable;
  readonly bucket: MediaBucket;
}

const period = Duration.minutes(5);
const LATE_SECONDS = 3600;
const SLOW_MS = 10_000;

/** The alarms for what goes wrong before anything is given up. Every queue and function of the stack is watched. */
export class Watch extends Construct {
  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { alarms } = props;
    watchApi(props);
    watchWorkers(this, props);
    for (const queue of allOf(this, WorkQueue)) {
      alarms.when(`${queue.node.id}Late`, {
        alarmDescription: `Work has waited for more than ${LATE_SECONDS / 60} minutes.`,
        metric: queue.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'max' }),
        threshold: LATE_SECONDS,
      });
    }
    alarms.when('TableThrottled', {
      alarmDescription: 'DynamoDB throttles the table or one of its indexes.',
      metric: sumOf(props.table.throttleMetrics(period), period),
      threshold: 1,
      evaluationPeriods: 3,
    });
    watchSpending(props);
  }
}

function watchApi({ alarms, restApi, apiFunctions }: WatchProps): void {
  alarms.when('ApiErrors', {
    alarmDescription: 'Requests fail on our side (5xx).',
    metric: restApi.metricServerError({ period, statistic: 'sum' }),
    threshold: 5,
  });
  alarms.when('ApiSlow', {
    alarmDescription: 'One request of twenty takes more than ten seconds.',
    metric: restApi.metricLatency({ period, statistic: 'p95' }),
    threshold: SLOW_MS,
    evaluationPeriods: 3,
  });
  alarms.when('ApiThrottled', {
    alarmDescription: 'Lambda refuses to run functions that serve requests.',
    metric: throttlesOf(apiFunctions, period),
    threshold: 1,
  });
}

function watchWorkers(scope: Construct, { alarms, apiFunctions, reconcile }: WatchProps): void {
  const workers = allOf(scope, SegmentryFunction).filter(
    (fn) => fn !== reconcile && !apiFunctions.includes(fn),
  );
  alarms.when('WorkersFailing', {
    alarmDescription: 'Workers crash, run out of memory or of time.',
    metric: errorsOf(workers, period),
    threshold: 5,
  });
  alarms.when('WorkersThrottled', {
    alarmDescription: 'Lambda refuses to run workers: their messages wait, and use up their deliveries.',
    metric: throttlesOf(workers, period),
    threshold: 1,
    evaluationPeriods: 3,
  });
  alarms.when('ReconcilerSilent', {
    alarmDescription: 'The reconciler, which runs every minute, has not succeeded for ten.',
    metric: new MathExpression({
      expression: 'runs - errors',
      usingMetrics: {
        runs: reconcile.lambda.metricInvocations({ period }),
        errors: reconcile.lambda.metricErrors({ period }),
      },
      period,
    }),
    threshold: 1,
    evaluationPeriods: 2,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
  });
}

const BYTES_PER_GB = 1e9;

function watchSpending({ alarms, settings, bucket, analyze }: WatchProps): void {
  const day = Duration.days(1);
  alarms.when('StoredMuch', {
    alarmDescription: `More than ${settings.alarmStoredGb} GB are stored (alarmStoredGb).`,
    metric: new Metric({
      namespace: 'AWS/S3',
      metricName: 'BucketSizeBytes',
      dimensionsMap: { BucketName: bucket.bucket.bucketName, StorageType: 'StandardStorage' },
      period: day,
      statistic: 'max',
    }),
    threshold: settings.alarmStoredGb * BYTES_PER_GB,
  });
  alarms.when('AnalysedMuch', {
    alarmDescription: `More than ${settings.alarmDailyAnalyses} analyses in a day (alarmDailyAnalyses).`,
    metric: invocationsOf(analyze, day),
    threshold: settings.alarmDailyAnalyses,
  });
}
