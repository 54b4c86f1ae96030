import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { stacksOf } from './new-app.ts';

const pipelineOf = (context: Record<string, unknown>) => Template.fromStack(stacksOf(context).pipeline);
const stacks = stacksOf({ target: 'aws' });
const aws = Template.fromStack(stacks.pipeline);
const live = Template.fromStack(stacks.realtime as Stack);

type Dimensions = readonly { readonly Name: string; readonly Value: unknown }[];

interface AlarmProperties {
  readonly AlarmActions: unknown[];
  /** Of an alarm of one metric. */
  readonly Dimensions?: Dimensions;
  readonly Metrics?: {
    readonly MetricStat?: {
      readonly Metric: { readonly MetricName: string; readonly Dimensions: Dimensions };
    };
  }[];
  readonly TreatMissingData: string;
}

const alarmsOf = (template: Template): [string, AlarmProperties][] =>
  Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [
    id.replace(/^Alarms/, '').slice(0, -8),
    Properties,
  ]);
const alarms = alarmsOf(aws);
/** A function's name in its stack. */
const shorten = (id: string) => id.replace(/Function.*$/, '');
const named = new Map(alarms);
const logicalIds = (type: string) => Object.keys(aws.findResources(type));

it('every queue of work has an alarm for what waits long, and every alarm somebody who is told', () => {
  const queues = logicalIds('AWS::SQS::Queue').filter((id) => !id.includes('DeadLetters'));
  expect(alarms.filter(([name]) => name.endsWith('Late') && name !== 'AnnouncedLate')).toHaveLength(
    queues.length,
  );
  for (const [, { AlarmActions }] of alarms) expect(AlarmActions).toHaveLength(1);
});

describe.each([
  ['the pipeline', aws],
  ['live updates', live],
])('every function of %s', (_, template) => {
  const functions = Object.keys(template.findResources('AWS::Lambda::Function')).filter(
    (id) => !id.startsWith('BucketNotifications'),
  );
  /** The functions of which alarms sum up a metric. */
  const watched = (metric: string) => {
    const stats = alarmsOf(template).flatMap(([, { Metrics = [] }]) =>
      Metrics.flatMap(({ MetricStat }) => (MetricStat?.Metric.MetricName === metric ? [MetricStat] : [])),
    );
    const text = JSON.stringify(stats);
    return functions.filter((id) => text.includes(`"${id}"`));
  };

  it('is watched for throttles, but for the reconciler, whose silence is', () => {
    expect(functions.length).toBeGreaterThan(1);
    expect(functions.filter((id) => !watched('Throttles').includes(id)).map(shorten)).toEqual(
      template === aws ? ['Reconcile'] : [],
    );
  });

  it('is watched for errors, but for those that serve requests: API Gateway counts theirs', () => {
    expect(functions.filter((id) => !watched('Errors').includes(id)).map(shorten)).toEqual(
      template === aws ? ['UploadImage', 'DrawOverlay', 'MakeThumbnail', 'Api'] : [],
    );
    if (template === aws) aws.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: '5XXError' });
  });
});

it('no alarm of a deployment hears of another in the same account', () => {
  /** Metrics that stand for the same in each deployment: of all their dimensions, none is a resource of one alone. */
  const sharedBy = (context: Record<string, unknown>) =>
    Object.values(stacksOf({ target: 'aws', gpu: 'true', ...context })).flatMap((stack) =>
      stack === undefined
        ? []
        : alarmsOf(Template.fromStack(stack)).flatMap(([name, { Dimensions, Metrics = [] }]) =>
            [Dimensions, ...Metrics.map(({ MetricStat }) => MetricStat?.Metric.Dimensions)].flatMap((each) =>
              each === undefined ||
              JSON.stringify(each).includes('{"Ref"') ||
              JSON.stringify(each).includes('"Fn::')
                ? []
                : [`${name} ${JSON.stringify(each)}`],
            ),
          ),
    );
  const ofOther = new Set(sharedBy({ stackPrefix: 'SegmentryDev' }));
  expect(sharedBy({}).filter((each) => ofOther.has(each))).toEqual([]);
});

it('one request of twenty that is slow is an alarm', () => {
  aws.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Latency', ExtendedStatistic: 'p95' });
});

it('the age of what the stream’s readers read is watched, of both', () => {
  for (const template of [aws, live]) {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'IteratorAge' });
  }
});

it('what DynamoDB throttles is watched: reads and writes, of the table and of each index', () => {
  const watched = (named.get('TableThrottled')?.Metrics ?? []).flatMap(({ MetricStat }) =>
    MetricStat === undefined
      ? []
      : `${MetricStat.Metric.MetricName} ${MetricStat.Metric.Dimensions.map(({ Name }) => Name).join(' ')}`,
  );
  const data = Template.fromStack(stacks.data);
  const [table] = Object.values(data.findResources('AWS::DynamoDB::GlobalTable'));
  const indexes = table?.Properties.GlobalSecondaryIndexes.length;
  for (const name of ['ReadThrottleEvents', 'WriteThrottleEvents']) {
    const of = watched.filter((each) => each.startsWith(name));
    expect(of).toHaveLength(1 + indexes);
    expect(of.filter((each) => each.includes('GlobalSecondaryIndexName'))).toHaveLength(indexes);
  }
});

it('the silence of the reconciler is an alarm, not a lack of data', () => {
  expect(named.get('ReconcilerSilent')?.TreatMissingData).toBe('breaching');
});

it('each expression watches no more metrics than CloudWatch takes', () => {
  for (const [, { Metrics = [] }] of alarms) {
    expect(Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length).toBeLessThanOrEqual(10);
  }
});

it('what makes the bill grow is told: bytes that are stored, analyses in a day', () => {
  const costly = pipelineOf({ target: 'aws', alarmStoredGb: '2', alarmDailyAnalyses: '30' });
  costly.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'BucketSizeBytes',
    Threshold: 2_000_000_000,
  });
  costly.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Threshold: 30,
    Metrics: Match.arrayWith(
      ['AnalyzeImage', 'AnalyzeVideo'].map((name) =>
        Match.objectLike({
          MetricStat: Match.objectLike({
            Metric: Match.objectLike({
              MetricName: 'Invocations',
              Dimensions: [Match.objectLike({ Value: { Ref: Match.stringLikeRegexp(`^${name}`) } })],
            }),
          }),
        }),
      ),
    ),
  });
});

it('a dashboard shows every queue and function; an emulator has nothing to show', () => {
  const [dashboard] = Object.values(aws.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const name of ['analyze-image', 'purge-media', 'api', 'Deliveries', 'Purges', 'Analysis']) {
    expect(body).toContain(name);
  }
  // Dead letters that the reconciler has just looked at are hidden, and dead all the same.
  for (const name of ['Deliveries', 'Uploads']) expect(body).toContain(`SUM([shown${name}, hidden${name}])`);
  const emulator = pipelineOf({ target: 'emulator' });
  emulator.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
});
