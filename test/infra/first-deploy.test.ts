import { App, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createStacks } from '../../lib/create-stacks.ts';
import { DEFAULTS } from '../../lib/default-settings.ts';
import { readSettings } from '../../lib/settings.ts';
import { applyStage } from '../../lib/stage.ts';
import { newApp, stacksOf } from './new-app.ts';

const stacks = stacksOf({ target: 'aws' });
const all = Object.values(stacks).filter((stack): stack is Stack => stack !== undefined);
const templates = all.map((stack) => Template.fromStack(stack));
const data = Template.fromStack(stacks.data);
const pipeline = Template.fromStack(stacks.pipeline);
const resources = (type: string) => templates.flatMap((each) => Object.entries(each.findResources(type)));

/** None kept, none warmed, no firewall, no end, all on Spot, no wait: docs/operations.md says it of each. */
const WITH_A_MEANING_OF_0 = [
  ...['apiConcurrency', 'apiProvisionedConcurrency', 'firewallRequests', 'warmReadUnits', 'warmWriteUnits'],
  ...['retentionDays', 'gpuOnDemandTasks', 'gpuBatchWaitMs'],
];

describe('in a new account', () => {
  it.each(['pipeline', 'realtime', 'gpu'] as const)(
    'alarms of %s reach their topic, though a policy for TLS took the place of that of SNS',
    (name) => {
      const stack = stacksOf({ target: 'aws', gpu: 'true' })[name];
      const template = Template.fromStack(stack as Stack);
      const actions = Object.values(template.findResources('AWS::CloudWatch::Alarm')).flatMap(
        ({ Properties }): { Ref: string }[] =>
          // Others scale, and tell nobody.
          (Properties.AlarmActions ?? []).filter(({ Ref }: { Ref: string }) => Ref.startsWith('AlarmsTopic')),
      );
      expect(actions.length).toBeGreaterThan(2);
      const [topic, ...others] = new Set(actions.map(({ Ref }) => Ref));
      expect(others).toEqual([]);
      template.hasResourceProperties('AWS::SNS::TopicPolicy', {
        Topics: [{ Ref: topic }],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Allow',
              Action: 'sns:Publish',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Resource: { Ref: topic },
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            }),
          ]),
        },
      });
    },
  );

  it('no function asks for more memory than Lambda gives', () => {
    const sizes = resources('AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties.MemorySize ?? 128,
    );
    expect(sizes.length).toBeGreaterThan(15);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(3008);
  });

  it('throttled messages are tried five times and more before they are given up', () => {
    const receives = resources('AWS::SQS::Queue').flatMap(
      ([, { Properties }]) => Properties.RedrivePolicy?.maxReceiveCount ?? [],
    );
    expect(receives.length).toBeGreaterThan(8);
    for (const each of receives) expect(each).toBeGreaterThanOrEqual(5);
  });

  it('a deploy that failed leaves nothing behind that stands in the way of the next', () => {
    const kept = templates.flatMap((template) =>
      Object.entries(template.toJSON().Resources as Record<string, { DeletionPolicy?: string }>).filter(
        ([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete',
      ),
    );
    expect(kept.length).toBeGreaterThan(15);
    expect(kept.filter(([, { DeletionPolicy }]) => DeletionPolicy !== 'RetainExceptOnCreate')).toEqual([]);
    expect(all.map(({ terminationProtection }) => terminationProtection ?? false)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const [[, table] = []] = resources('AWS::DynamoDB::GlobalTable');
    expect(table?.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^ImagesBucket/)]));
  });
});

it('no shard of the stream has more than the two readers that it serves', () => {
  const readers = resources('AWS::Lambda::EventSourceMapping').filter(([, { Properties }]) =>
    JSON.stringify(Properties.EventSourceArn).includes('Stream'),
  );
  expect(readers).toHaveLength(2);
});

it('what was given up is kept for 14 days, that of stream readers too', () => {
  const deadLetters = resources('AWS::SQS::Queue').filter(([id]) => id.includes('DeadLetters'));
  expect(deadLetters.length).toBeGreaterThanOrEqual(11);
  for (const [, { Properties }] of deadLetters) {
    expect(Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
  }
});

it('parts of uploads that never ended go after a day, in whatever folder, and may be taken back at once', () => {
  data.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        {
          Id: 'abort-left-uploads',
          Status: 'Enabled',
          Prefix: Match.absent(),
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ]),
    },
  });
  expect(JSON.stringify(pipeline.findResources('AWS::IAM::Policy'))).toContain('s3:AbortMultipartUpload');
});

it('keeps the logical ids of what holds data: another would be a new and empty one', () => {
  const held = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::KMS::Key'];
  const ids = (template: Template) => held.flatMap((type) => Object.keys(template.findResources(type)));
  expect(ids(data)).toEqual(PINNED_IDS);
  expect(ids(pipeline)).toEqual([]);
});

const PINNED_IDS = [
  'RecordsTableC9B7A30B',
  'ImagesAccessLogs6F198F2F',
  'ImagesBucket4B6DB8E1',
  'SigningKey49B95470',
  'WebhookSecretsKey0FC4A2F5',
];

describe('settings', () => {
  const namesOf = (context: Record<string, unknown>) => {
    const app = newApp(context);
    applyStage(app);
    return Object.values(createStacks(app)).flatMap((stack) => stack?.stackName ?? []);
  };

  it('stand in one file a stage, and two stages fit one account', () => {
    expect(namesOf({})).toEqual(['SegmentryData', 'Segmentry', 'SegmentryRealtime', 'SegmentryConsole']);
    expect(namesOf({ stage: 'dev' })).toEqual([
      'SegmentryDevData',
      'SegmentryDev',
      'SegmentryDevRealtime',
      'SegmentryDevConsole',
    ]);
    expect(namesOf({ stage: 'dev', stackPrefix: 'Mine', realtime: 'false', console: 'false' })).toEqual([
      'MineData',
      'Mine',
    ]);
    expect(() => namesOf({ stage: 'production' })).toThrow('-c stage= with one of: prod, dev, local');
    expect(() => namesOf({ stackPrefix: 'a b' })).toThrow('stackPrefix');
  });

  it('of a stage give way to those of the command line', () => {
    const app = new App({ context: { stage: 'dev', retentionDays: '7' } });
    applyStage(app);
    expect(app.node.tryGetContext('retentionDays')).toBe('7');
    expect(app.node.tryGetContext('analysisConcurrency')).toBe(2);
  });

  it('name who is told of alarms, of every stack, and the same for each deploy', () => {
    const readers = (context: Record<string, unknown>) =>
      Object.values(stacksOf(context)).flatMap((stack) =>
        stack === undefined
          ? []
          : Object.values(Template.fromStack(stack).findResources('AWS::SNS::Subscription')).flatMap(
              ({ Properties }) => (Properties.Protocol === 'email' ? Properties.Endpoint : []),
            ),
      );
    const alarmEmail = 'me@example.org';
    expect(readers({ target: 'aws', gpu: 'true', alarmEmail })).toEqual(Array(3).fill(alarmEmail));
    expect(readers({ target: 'aws' })).toEqual([]);
    for (const wrong of ['', 'me', 'me@example']) {
      expect(() => readers({ target: 'aws', alarmEmail: wrong })).toThrow('alarmEmail must be an address');
    }
  });

  it('that there are not are refused: mistyped, they would be forgotten without a word', () => {
    expect(() => namesOf({ alarmEmial: 'me@example.org', vcp: 'true' })).toThrow(
      'There is no setting alarmEmial, vcp: docs/operations.md',
    );
  });

  it.each([
    [{ analysisTimeoutSeconds: '200' }, 'analysisVisibilitySeconds must be six times analysisTimeoutSeconds'],
    [{ uploadExpirySeconds: '90000' }, 'uploadExpirySeconds must be 1 to 86400'],
    [{ zipLimitBytes: '6000000000' }, 'zipLimitBytes must be 1 to 5368709120'],
    [{ modelMemoryMb: '3008' }, 'modelMemoryMb must be less than analysisMemoryMb, 3008'],
    [{ modelCacheMb: '512' }, 'modelCacheMb must be 1 to 511'],
    [{ segmentTimeoutSeconds: '901' }, 'segmentTimeoutSeconds must be 1 to 900'],
    [{ uploadRetentionDays: '0' }, 'uploadRetentionDays must be 1 or more'],
    [{ analysisConcurrency: '1' }, 'analysisConcurrency must be 2 to 1000'],
    [{ analysisMemoryMb: '20000' }, 'analysisMemoryMb must be 1024 to 10240'],
    [{ warmWriteUnits: '500' }, 'warmWriteUnits must be 0, or 4000 or more'],
    [{ modelTrialSeconds: '150' }, 'modelTrialSeconds must be less'],
    // A function of 900 seconds, with 15 for what there is to do besides.
    [{ webhookTimeoutSeconds: '886' }, 'webhookTimeoutSeconds must be 1 to 885'],
    [{ modelLimitBytes: '512000001' }, 'modelLimitBytes must be 1 to 512000000'],
    [{ videoLeaseSeconds: '4199' }, 'videoLeaseSeconds must be 4200 or more'],
    // As of a variable of the shell that is not set: 0 would keep images for good.
    [{ retentionDays: '' }, 'retentionDays must be a whole number, not ""'],
    [{ apiConcurrency: ' ' }, 'apiConcurrency must be a whole number'],
    [{ webhookScheduleSeconds: '' }, 'webhookScheduleSeconds must be whole numbers separated by commas'],
    [{ webhookScheduleSeconds: '0,,5' }, 'webhookScheduleSeconds must be whole numbers separated by commas'],
    [{ trustedIssuers: '[{' }, 'trustedIssuers must be a JSON list'],
    [{ trustedIssuers: '' }, 'trustedIssuers must be a JSON list'],
  ])('%o are refused: %s', (context, words) => {
    expect(() => namesOf(context)).toThrow(words);
  });

  it('that are the most that is allowed are taken', () => {
    const most = { webhookTimeoutSeconds: '885', modelLimitBytes: '512000000', videoLeaseSeconds: '4200' };
    const deliver = Template.fromStack(stacksOf({ target: 'aws', ...most }).pipeline);
    deliver.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 900,
      Environment: { Variables: Match.objectLike({ WEBHOOK_TIMEOUT_SECONDS: '885' }) },
    });
  });

  it.each(Object.entries(DEFAULTS).flatMap(([name, preset]) => (typeof preset === 'number' ? [name] : [])))(
    '%s may be 0 only where that has a meaning',
    (name) => {
      const read = () => readSettings(newApp({ target: 'aws', [name]: '0' }));
      if (WITH_A_MEANING_OF_0.includes(name)) expect(read()).toMatchObject({ [name]: 0 });
      else expect(read).toThrow(new RegExp(`${name} must be \\d+ (or more|to)`));
    },
  );

  it('have the table and its indexes ready for a load, where they say for which', () => {
    const throughputs = (context: Record<string, unknown>) => {
      const data = Template.fromStack(stacksOf(context).data);
      const [table] = Object.values(data.findResources('AWS::DynamoDB::GlobalTable'));
      const { WarmThroughput, GlobalSecondaryIndexes } = table?.Properties ?? {};
      return [
        WarmThroughput,
        ...GlobalSecondaryIndexes.map((index: { WarmThroughput?: object }) => index.WarmThroughput),
      ];
    };
    const warm = { ReadUnitsPerSecond: 20_000, WriteUnitsPerSecond: 8_000 };
    expect(throughputs({ warmReadUnits: '20000', warmWriteUnits: '8000' })).toEqual(Array(4).fill(warm));
    expect(throughputs({})).toEqual(Array(4).fill(undefined));
  });

  it('say whose pages may call the API, to every function that serves it', () => {
    const origins = (context: Record<string, unknown>) =>
      Object.values(
        Template.fromStack(stacksOf(context).pipeline).findResources('AWS::Lambda::Function'),
      ).flatMap(({ Properties }) => Properties.Environment?.Variables.CORS_ORIGINS ?? []);
    expect(origins({})).toEqual(['', '', '', '']);
    const pages = 'https://a.example.org,https://b.example.org';
    expect(origins({ corsOrigins: pages })).toEqual([pages, pages, pages, pages]);
    expect(() => origins({ corsOrigins: 'a.example.org' })).toThrow('corsOrigins must be origins');
  });

  it('let pages read what API Gateway refuses itself, such as too many requests', () => {
    const refusals = (context: Record<string, unknown>) =>
      Object.values(
        Template.fromStack(stacksOf(context).pipeline).findResources('AWS::ApiGateway::GatewayResponse'),
      ).map(({ Properties }) => [Properties.ResponseType, Properties.ResponseParameters]);
    const header = { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" };
    expect(refusals({ corsOrigins: 'https://a.example.org,https://b.example.org' })).toEqual([
      ['DEFAULT_4XX', header],
      ['DEFAULT_5XX', header],
    ]);
    expect(refusals({})).toEqual([]);
  });

  it('choose the processors of every function, and no others', () => {
    const architectures = (context: Record<string, unknown>) => [
      ...new Set(
        Object.values(
          Template.fromStack(stacksOf(context).pipeline).findResources('AWS::Lambda::Function'),
        ).flatMap(({ Properties }) => Properties.Architectures ?? []),
      ),
    ];
    expect(architectures({ arch: 'arm64' })).toEqual(['arm64']);
    expect(architectures({})).toEqual(['x86_64']);
    expect(() => architectures({ arch: 'sparc' })).toThrow('arch must be x64 or arm64');
  });
});
