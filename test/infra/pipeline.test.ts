import { execFileSync } from 'node:child_process';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../../lib/target.ts';
import { actionsByFunction } from './actions-by-function.ts';
import { stacksOf } from './new-app.ts';

const synthesize = (target: Target, context: Record<string, unknown> = {}) =>
  Template.fromStack(stacksOf({ target, ...context }).pipeline);

const synthesizeData = (target: Target) => Template.fromStack(stacksOf({ target }).data);

let aws: Template;
let emulator: Template;
let data: Template;
beforeAll(() => {
  aws = synthesize('aws');
  emulator = synthesize('emulator');
  data = synthesizeData('aws');
});

const TABLE_READS = ['dynamodb:GetItem', 'dynamodb:Query'];
const TABLE_WRITES = [...TABLE_READS, 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
const TABLE_DELETES = ['dynamodb:DeleteItem'];
const TOKEN_CHECKS = ['kms:GetPublicKey'];
const TRACES = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
const QUEUE_READS = [
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ReceiveMessage',
].map((action) => `sqs:${action}`);
const STREAM_READS = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
  (action) => `dynamodb:${action}`,
);

describe('each function may do just what it does', () => {
  it.each([
    [
      'Api',
      [
        ...TOKEN_CHECKS,
        'kms:Sign',
        'sqs:SendMessage',
        ...TABLE_WRITES,
        ...TABLE_DELETES,
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:BatchWriteItem',
        'kms:Encrypt',
        's3:AbortMultipartUpload',
        's3:PutObject',
        's3:AbortMultipartUpload',
        's3:ListBucket',
        's3:GetObject',
        's3:GetObjectVersion',
        'sqs:SendMessage',
      ],
    ],
    [
      'UploadImage',
      [
        ...TOKEN_CHECKS,
        ...TABLE_WRITES,
        ...TABLE_DELETES,
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:PutObject',
        'sqs:SendMessage',
      ],
    ],
    [
      'EraseUser',
      [
        ...TABLE_READS,
        ...TABLE_DELETES,
        ...QUEUE_READS,
        'dynamodb:BatchWriteItem',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
      ],
    ],
    [
      'PurgeMedia',
      [
        ...TABLE_WRITES,
        ...TABLE_DELETES,
        'dynamodb:BatchWriteItem',
        ...QUEUE_READS,
        's3:DeleteObject',
        's3:DeleteObjectVersion',
      ],
    ],
    [
      'IngestUpload',
      [
        ...TABLE_WRITES,
        ...TABLE_DELETES,
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        ...QUEUE_READS,
        's3:GetObject',
        's3:GetObjectVersion',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:AbortMultipartUpload',
        's3:PutObject',
        'sqs:SendMessage',
      ],
    ],
    [
      'AnalyzeImage',
      [
        ...TABLE_WRITES,
        ...QUEUE_READS,
        ...[
          'dynamodb:BatchGetItem',
          's3:GetObject',
          's3:GetObjectVersion',
          's3:PutObject',
          's3:DeleteObject',
          's3:DeleteObjectVersion',
        ],
        'sqs:SendMessage',
      ],
    ],
    [
      'AnalyzeVideo',
      [
        ...TABLE_WRITES,
        ...QUEUE_READS,
        's3:GetObject',
        's3:GetObjectVersion',
        's3:AbortMultipartUpload',
        's3:PutObject',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
      ],
    ],
    [
      'CheckModel',
      [
        ...TABLE_READS,
        'dynamodb:UpdateItem',
        ...QUEUE_READS,
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:PutObject',
      ],
    ],
    [
      'ProcessBatch',
      [
        ...TABLE_WRITES,
        ...TABLE_DELETES,
        ...QUEUE_READS,
        'dynamodb:BatchGetItem',
        'sqs:SendMessage',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:AbortMultipartUpload',
        's3:PutObject',
      ],
    ],
    [
      'AnnounceChanges',
      [
        ...STREAM_READS,
        ...TABLE_READS,
        'dynamodb:UpdateItem',
        'sns:Publish',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:SendMessage',
      ],
    ],
    [
      'DrawOverlay',
      [
        ...TOKEN_CHECKS,
        ...TABLE_READS,
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:UpdateItem',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:PutObject',
        's3:ListBucket',
      ],
    ],
    [
      'MakeThumbnail',
      [
        ...TOKEN_CHECKS,
        ...TABLE_READS,
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:UpdateItem',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:PutObject',
        's3:ListBucket',
      ],
    ],
    [
      'Reconcile',
      [
        ...TABLE_WRITES,
        ...['dynamodb:BatchGetItem', 'dynamodb:DeleteItem'],
        ...['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ListBucket', 'sns:Publish'],
        ...['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
      ],
    ],
    ['PlanDeliveries', [...TABLE_WRITES, ...QUEUE_READS, 'sqs:SendMessage']],
    ['DeliverWebhook', [...TABLE_WRITES, ...QUEUE_READS, 'kms:Decrypt', 'sqs:SendMessage']],
  ])('%s', (name, actions) => {
    expect(actionsByFunction(aws)[name]).toEqual([...new Set([...actions, ...TRACES])].sort());
  });

  it('names no other function', () => {
    const own = Object.keys(actionsByFunction(aws)).filter((name) => !name.startsWith('BucketNotifications'));
    expect(own.sort()).toEqual([
      'AnalyzeImage',
      'AnalyzeVideo',
      'AnnounceChanges',
      'Api',
      'CheckModel',
      'DeliverWebhook',
      'DrawOverlay',
      'EraseUser',
      'IngestUpload',
      'MakeThumbnail',
      'PlanDeliveries',
      'ProcessBatch',
      'PurgeMedia',
      'Reconcile',
      'UploadImage',
    ]);
  });

  it('reaches every bucket object by folder, never the whole bucket', () => {
    const statements = Object.values(aws.findResources('AWS::IAM::Policy')).flatMap(
      (policy) => policy.Properties.PolicyDocument.Statement,
    );
    const objectStatements = statements.filter((statement) =>
      JSON.stringify(statement.Action).includes('s3:GetObject'),
    );
    expect(objectStatements.length).toBeGreaterThan(0);
    for (const statement of objectStatements) {
      expect(JSON.stringify(statement.Resource)).toMatch(
        /\/(uploads|archives|images|videos|results|overlays|thumbnails|exports|incoming-models|models)\/\*/,
      );
    }
  });
});

describe('the queues', () => {
  it.each([
    ['AnalyzeImage', 'Analysis'],
    ['AnalyzeVideo', 'Segments'],
    ['IngestUpload', 'Uploads'],
    ['ProcessBatch', 'Batches'],
    ['CheckModel', 'IncomingModels'],
    ['PlanDeliveries', 'Published'],
    ['DeliverWebhook', 'Deliveries'],
    ['PurgeMedia', 'Purges'],
  ])('%s may fail six times its time-out before a message shows again', (fn, queue) => {
    const timeout = resourceOf(aws, 'AWS::Lambda::Function', fn).Properties.Timeout as number;
    const visibility = resourceOf(aws, 'AWS::SQS::Queue', `${queue}Queue`).Properties
      .VisibilityTimeout as number;
    expect(visibility).toBeGreaterThanOrEqual(6 * timeout);
  });

  it('each have dead letters, and all are encrypted', () => {
    const queues = Object.entries(aws.findResources('AWS::SQS::Queue'));
    expect(queues.map(([, queue]) => queue.Properties.SqsManagedSseEnabled)).not.toContain(undefined);
    for (const name of [
      'Analysis',
      'Segments',
      'Uploads',
      'Batches',
      'IncomingModels',
      'Published',
      'Deliveries',
      'Purges',
    ]) {
      const { RedrivePolicy } = resourceOf(aws, 'AWS::SQS::Queue', `${name}Queue`).Properties;
      expect(RedrivePolicy).toMatchObject({ maxReceiveCount: name === 'Published' ? 10 : 5 });
      const deadLetters = resourceOf(aws, 'AWS::SQS::Queue', `${name}DeadLetters`).Properties;
      expect(deadLetters).toMatchObject({ VisibilityTimeout: 300, MessageRetentionPeriod: 14 * 86_400 });
    }
  });

  it('take their time-outs and deliveries from settings', () => {
    const short = synthesize('emulator', { analysisVisibilitySeconds: '5', maxReceives: '2' });
    expect(resourceOf(short, 'AWS::SQS::Queue', 'AnalysisQueue').Properties).toMatchObject({
      VisibilityTimeout: 5,
      RedrivePolicy: { maxReceiveCount: 2 },
    });
  });

  it('try webhooks as the settings say', () => {
    const scheduleOf = (template: Template) =>
      resourceOf(template, 'AWS::Lambda::Function', 'DeliverWebhook').Properties.Environment.Variables
        .WEBHOOK_SCHEDULE_SECONDS;
    expect(scheduleOf(aws)).toBe('0,5,300,1800,7200,18000,36000');
    expect(scheduleOf(synthesize('emulator', { webhookScheduleSeconds: '0,2' }))).toBe('0,2');
    expect(() => synthesize('emulator', { webhookScheduleSeconds: 'soon' })).toThrow(
      'webhookScheduleSeconds',
    );
  });

  it('let webhooks reach this machine on an emulator only', () => {
    for (const fn of ['Api', 'DeliverWebhook']) {
      const switchOf = (template: Template) =>
        resourceOf(template, 'AWS::Lambda::Function', fn).Properties.Environment.Variables
          .WEBHOOK_LOOPBACK_ALLOWED;
      expect([switchOf(aws), switchOf(emulator)]).toEqual(['false', 'true']);
    }
  });

  it('give failures back one by one', () => {
    for (const mapping of Object.values(aws.findResources('AWS::Lambda::EventSourceMapping'))) {
      expect(mapping.Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
  });
});

it.each([
  'AnalyzeImage',
  'AnalyzeVideo',
  'IngestUpload',
  'ProcessBatch',
  'EraseUser',
  'PurgeMedia',
  'DeliverWebhook',
  'CheckModel',
])('%s takes one message at a time: a slow or poisonous one costs no other its time', (worker) => {
  const mappings = Object.entries(aws.findResources('AWS::Lambda::EventSourceMapping'));
  const sizes = mappings
    .filter(([id]) => id.startsWith(worker))
    .map(([, { Properties }]) => Properties.BatchSize);
  expect(sizes).toEqual([1]);
});

describe('the bucket', () => {
  it('is private, encrypted, versioned and forgets uploads', () => {
    data.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: Match.anyValue(),
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: 'uploads/', ExpirationInDays: 1 })]),
      },
    });
  });

  it('speaks TLS only on aws; an emulator has no TLS', () => {
    const denied = (template: Template) => JSON.stringify(template.findResources('AWS::S3::BucketPolicy'));
    expect(denied(data)).toContain('aws:SecureTransport');
    expect(denied(synthesizeData('emulator'))).not.toContain('aws:SecureTransport');
  });
});

it('keeps its records: on demand, recoverable, encrypted, streamed, with time to live', () => {
  data.hasResource('AWS::DynamoDB::GlobalTable', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      SSESpecification: { SSEEnabled: true },
      Replicas: [
        Match.objectLike({
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          DeletionProtectionEnabled: true,
        }),
      ],
    },
  });
});

it('hears of what is removed that something hung on', () => {
  const removed = { __edb_e__: { S: ['image', 'video', 'webhook'] } };
  aws.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    FilterCriteria: {
      Filters: Match.arrayWith([
        { Pattern: Match.serializedJson({ eventName: ['REMOVE'], dynamodb: { OldImage: removed } }) },
      ]),
    },
  });
});

it('bounds what a stream record that fails can hold up', () => {
  aws.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 5,
    DestinationConfig: { OnFailure: Match.anyValue() },
  });
  const alarms = Object.values(aws.findResources('AWS::CloudWatch::Alarm')).map((alarm) => alarm.Properties);
  expect(alarms).toContainEqual(
    expect.objectContaining({
      MetricName: 'IteratorAge',
      Threshold: 300_000,
      AlarmActions: [expect.anything()],
    }),
  );
});

it('looks every minute for what got stuck', () => {
  aws.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
});

it('tells the operator of everything that is given up, also while the reconciler has looked at it', () => {
  interface Stat {
    readonly MetricStat?: {
      readonly Metric: { MetricName: string; Dimensions: { Value: { 'Fn::GetAtt'?: string[] } }[] };
    };
    readonly Expression?: string;
  }
  const watched = Object.values(aws.findResources('AWS::CloudWatch::Alarm')).map((alarm) => {
    const metrics: Stat[] = alarm.Properties.Metrics ?? [];
    const stats = metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
    return {
      queues: stats.map(({ Dimensions: [of] }) => of?.Value['Fn::GetAtt']?.[0]),
      metrics: stats.map(({ MetricName }) => MetricName),
      threshold: alarm.Properties.Threshold,
    };
  });
  const givenUp = Object.keys(aws.findResources('AWS::SQS::Queue')).filter((id) =>
    /DeadLetters|Unannounced/.test(id),
  );
  expect(givenUp.length).toBeGreaterThanOrEqual(3);
  for (const queue of givenUp) {
    expect(watched.filter(({ queues }) => queues.includes(queue))).toEqual([
      {
        queues: [queue, queue],
        metrics: ['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible'],
        threshold: 1,
      },
    ]);
  }
  // An emulator knows no sums.
  emulator.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateNumberOfMessagesVisible',
  });
});

it('analyses in a container image on aws and in a zip of the same handler on an emulator', () => {
  expect(resourceOf(aws, 'AWS::Lambda::Function', 'AnalyzeImage').Properties).toMatchObject({
    PackageType: 'Image',
    MemorySize: 3008,
    Environment: { Variables: { ANALYSIS_THREADS: '2' } },
  });
  expect(resourceOf(emulator, 'AWS::Lambda::Function', 'AnalyzeImage').Properties).toMatchObject({
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
  });
});

it('reads videos with what its images bring on aws, and with what is installed on an emulator', () => {
  for (const fn of ['IngestUpload', 'AnalyzeVideo']) {
    const propertiesOf = (template: Template) => resourceOf(template, 'AWS::Lambda::Function', fn).Properties;
    expect(propertiesOf(aws)).toMatchObject({
      PackageType: 'Image',
      Environment: {
        Variables: { FFMPEG_PATH: '/usr/local/bin/ffmpeg', FFPROBE_PATH: '/usr/local/bin/ffprobe' },
      },
    });
    const { FFMPEG_PATH, FFPROBE_PATH } = propertiesOf(emulator).Environment.Variables;
    for (const program of [FFMPEG_PATH, FFPROBE_PATH]) {
      expect(execFileSync(program, ['-version']).toString()).toMatch(/^ff(mpeg|probe) version/);
    }
  }
});

it('lets nobody register on aws until its operator says so', () => {
  const registrationOf = (template: Template) =>
    resourceOf(template, 'AWS::Lambda::Function', 'ApiFunction').Properties.Environment.Variables
      .REGISTRATION;
  expect(registrationOf(aws)).toBe('closed');
  expect(registrationOf(emulator)).toBe('open');
  expect(registrationOf(synthesize('aws', { registration: 'invite' }))).toBe('invite');
  expect(() => synthesize('aws', { registration: 'perhaps' })).toThrow('registration');
});

it('refuses an unknown target and a setting that is no number', () => {
  expect(() => synthesize('azure' as Target)).toThrow('There is no target "azure"');
  expect(() => synthesize('emulator', { maxReceives: 'many' })).toThrow('maxReceives');
});

function resourceOf(template: Template, type: string, idPrefix: string) {
  const found = Object.entries(template.findResources(type)).find(
    ([id]) => id.startsWith(idPrefix) || id.includes(idPrefix),
  );
  if (found === undefined) throw new Error(`The template has no ${type} ${idPrefix}.`);
  return found[1];
}

it('has those that decode images give memory back', () => {
  for (const name of ['UploadImage', 'IngestUpload', 'DrawOverlay', 'MakeThumbnail']) {
    const functions = Object.entries(aws.findResources('AWS::Lambda::Function'));
    const [, fn] = functions.find(([id]) => id.startsWith(name)) ?? [];
    expect(fn?.Properties.Environment.Variables).toMatchObject({ MALLOC_ARENA_MAX: '2' });
  }
});
