import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { stacksOf } from './new-app.ts';

const pipelineOf = (context: Record<string, unknown>) => Template.fromStack(stacksOf(context).pipeline);
const aws = pipelineOf({ target: 'aws' });

interface AlarmProperties {
  readonly AlarmActions: unknown[];
  readonly Metrics?: { readonly MetricStat?: { readonly Metric: { readonly MetricName: string } } }[];
  readonly TreatMissingData: string;
}

const alarms: [string, AlarmProperties][] = Object.entries(aws.findResources('AWS::CloudWatch::Alarm')).map(
  ([id, { Properties }]) => [id.replace(/^Alarms/, '').slice(0, -8), Properties],
);
const named = new Map(alarms);
const logicalIds = (type: string) => Object.keys(aws.findResources(type));

it('every queue of work has an alarm for what waits long, and every alarm somebody who is told', () => {
  const queues = logicalIds('AWS::SQS::Queue').filter((id) => !id.includes('DeadLetters'));
  expect(alarms.filter(([name]) => name.endsWith('Late') && name !== 'AnnouncedLate')).toHaveLength(
    queues.length,
  );
  for (const [, { AlarmActions }] of alarms) expect(AlarmActions).toHaveLength(1);
});

it('every function is watched for errors and throttles, by the alarm of its kind', () => {
  const watched = (names: readonly string[]) => JSON.stringify(names.map((name) => named.get(name)?.Metrics));
  const functions = logicalIds('AWS::Lambda::Function').filter((id) => !id.startsWith('BucketNotifications'));
  expect(functions.length).toBeGreaterThan(12);
  const text = watched(['ApiThrottled', 'WorkersThrottled', 'WorkersFailing', 'ReconcilerSilent']);
  for (const id of functions) expect(text).toContain(id);
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
  costly.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Invocations', Threshold: 30 });
});

it('a dashboard shows every queue and function; an emulator has nothing to show', () => {
  const [dashboard] = Object.values(aws.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const name of ['analyze-image', 'purge-media', 'api', 'Deliveries', 'Purges', 'Analysis']) {
    expect(body).toContain(name);
  }
  const emulator = pipelineOf({ target: 'emulator' });
  emulator.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
});
