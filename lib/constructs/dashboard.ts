import { Duration, Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Dashboard as CdkDashboard, GraphWidget, type IMetric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { messagesIn } from '../watched-metrics.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface DashboardProps {
  readonly restApi: RestApi;
  readonly table: RecordsTable;
}

const period = Duration.minutes(5);

/** One page that shows how the deployment is: the API, the queues, the functions, the table. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { restApi, table }: DashboardProps) {
    super(scope, id);
    const all = Stack.of(this).node.findAll();
    const queues = all.filter((each) => each instanceof WorkQueue);
    const functions = all.filter((each) => each instanceof SegmentryFunction);
    const ofQueues = (metricOf: (queue: WorkQueue) => IMetric) => queues.map(metricOf);
    const ofFunctions = (metricOf: (fn: SegmentryFunction) => IMetric) => functions.map(metricOf);
    const latencies = ['p50', 'p95', 'p99'].map((statistic) => restApi.metricLatency({ period, statistic }));
    new CdkDashboard(this, 'Dashboard', {
      widgets: [
        [text('What to do about an alarm stands in docs/operations.md.')],
        [
          graph('Requests', [restApi.metricCount({ period, statistic: 'sum' })]),
          graph('Errors', [restApi.metricClientError({ period }), restApi.metricServerError({ period })]),
          graph('Latency (ms)', latencies),
        ],
        [
          graph(
            'Messages that wait',
            ofQueues(({ queue, node }) =>
              queue.metricApproximateNumberOfMessagesVisible({ period, label: node.id }),
            ),
          ),
          graph(
            'Oldest message (s)',
            ofQueues(({ queue, node }) =>
              queue.metricApproximateAgeOfOldestMessage({ period, label: node.id }),
            ),
          ),
          graph(
            'Dead letters',
            ofQueues(({ deadLetters, node }) => messagesIn(deadLetters, period, node.id)),
          ),
        ],
        [
          graph(
            'Duration, p95 (ms)',
            ofFunctions((fn) => fn.lambda.metricDuration({ period, statistic: 'p95', label: fn.name })),
          ),
          graph(
            'Function errors',
            ofFunctions((fn) => fn.lambda.metricErrors({ period, label: fn.name })),
          ),
          graph(
            'Function throttles',
            ofFunctions((fn) => fn.lambda.metricThrottles({ period, label: fn.name })),
          ),
        ],
        [
          graph('Table, units', [
            table.table.metricConsumedReadCapacityUnits({ period }),
            table.table.metricConsumedWriteCapacityUnits({ period }),
          ]),
          graph('Table, throttles', table.throttleMetrics(period)),
        ],
      ],
    });
  }
}

const text = (markdown: string) => new TextWidget({ markdown, width: 24, height: 1 });
const graph = (title: string, left: readonly IMetric[]) =>
  new GraphWidget({ title, left: [...left], width: 8 });
