import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { wantsRealtime } from '../../lib/stacks/realtime.ts';
import type { Target } from '../../lib/target.ts';
import { actionsByFunction } from './actions-by-function.ts';
import { newApp, stacksOf } from './new-app.ts';

function synthesize(target: Target): Template {
  const { realtime } = stacksOf({ target });
  if (realtime === undefined) throw new Error('Live states were left out.');
  return Template.fromStack(realtime);
}

const aws = synthesize('aws');
const emulator = synthesize('emulator');

const SENDS = ['execute-api:ManageConnections'];
const TABLE_READS = ['dynamodb:GetItem', 'dynamodb:Query'];
const TRACES = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
const STREAM_READS = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
  (action) => `dynamodb:${action}`,
);
const QUEUE_SENDS = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'];

describe('live states', () => {
  it.each([
    [
      'ServeConnection',
      [
        ...TABLE_READS,
        ...SENDS,
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:DeleteItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'kms:GetPublicKey',
      ],
    ],
    ['PushChanges', [...TABLE_READS, ...SENDS, ...STREAM_READS, ...QUEUE_SENDS, 'dynamodb:DeleteItem']],
  ])('%s may do just what it does', (name, actions) => {
    expect(actionsByFunction(aws)[name]).toEqual([...actions, ...TRACES].sort());
  });

  it('name no other function', () => {
    expect(Object.keys(actionsByFunction(aws)).sort()).toEqual(['PushChanges', 'ServeConnection']);
  });

  it('are left out where the operator says so', () => {
    const wants = (context: Record<string, unknown>) => wantsRealtime(newApp(context));
    expect(wants({})).toBe(true);
    expect(wants({ realtime: 'false' })).toBe(false);
    expect(wants({ realtime: false })).toBe(false);
    expect(() => wants({ realtime: 'perhaps' })).toThrow('realtime');
  });

  it('write no log of messages: tokens stand in queries', () => {
    const [stage] = Object.values(aws.findResources('AWS::ApiGatewayV2::Stage'));
    expect(stage?.Properties.DefaultRouteSettings ?? {}).not.toHaveProperty('DataTraceEnabled');
    expect(stage?.Properties.DefaultRouteSettings ?? {}).not.toHaveProperty('LoggingLevel');
  });

  it('are sent to an address on AWS, and to a path of an emulator', () => {
    const urlOf = (template: Template) =>
      Object.values(template.findResources('AWS::Lambda::Function')).map((fn) =>
        JSON.stringify(fn.Properties.Environment.Variables.LIVE_CONNECTIONS_URL),
      );
    for (const url of urlOf(aws)) expect(url).toContain('https://');
    for (const url of urlOf(emulator)) expect(url).toContain('/_aws/execute-api/');
  });

  it('are held up by no record: bisected, bounded, set aside', () => {
    aws.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 5,
      DestinationConfig: { OnFailure: Match.anyValue() },
    });
  });

  it('tell the operator of what is given up, late, failing or throttled', () => {
    const alarms = Object.keys(aws.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.map((id) => id.replace(/^Alarms/, '').slice(0, -8)).sort()).toEqual([
      'LiveFailing',
      'LiveThrottled',
      'PushedLate',
      'Unpushed',
    ]);
    emulator.resourceCountIs('AWS::CloudWatch::Alarm', 2);
  });
});
