import { expect, it } from 'vitest';
import { readPrices } from '../../../cli/cost/estimate-cost.ts';
import { listCostAtRest } from '../../../cli/deploy/cost-at-rest.ts';
import type { AccountFacts } from '../../../cli/deploy/judge-account.ts';
import { prepareDeploy } from '../../../cli/deploy/prepare-deploy.ts';
import { readDemands } from '../../../cli/deploy/read-demands.ts';
import { type Resource, readContext } from '../../../cli/deploy/read-templates.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { GOOD_ACCOUNT } from '../../helpers/good-account.ts';

const resources = (...all: [type: string, properties?: Resource['Properties']][]) =>
  new Map(all.map(([Type, Properties = {}], index) => [`One:R${index}`, { Type, Properties }]));

const { prices } = readPrices();
const restOf = (...all: Parameters<typeof resources>) =>
  Object.fromEntries(listCostAtRest(resources(...all), prices).map(({ what, dollars }) => [what, dollars]));

it('what costs at rest is computed from what is deployed', () => {
  expect(
    restOf(
      ['AWS::KMS::Key'],
      ['AWS::KMS::Key'],
      ['AWS::CloudWatch::Alarm'],
      [
        'AWS::CloudWatch::Alarm',
        { Metrics: [{ MetricStat: {} }, { MetricStat: {} }, { Expression: 'a/b' }] },
      ],
      ['AWS::S3::Bucket'],
    ),
  ).toEqual({ 'KMS keys': 2, 'CloudWatch alarms, by metric': expect.closeTo(0.3) });
});

it.each<[string, Parameters<typeof resources>, number]>([
  ['three dashboards are free', Array(3).fill(['AWS::CloudWatch::Dashboard']), 0],
  ['a fourth is not', Array(4).fill(['AWS::CloudWatch::Dashboard']), 3],
  ['a WAF with two rules', [['AWS::WAFv2::WebACL', { Rules: [{}, {}] }]], 7],
  [
    'an endpoint in two zones',
    [['AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] }]],
    14.6,
  ],
  ['a gateway endpoint', [['AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }]], 0],
  ['a NAT gateway', [['AWS::EC2::NatGateway']], 32.85],
  ['a queue that a worker looks into', [['AWS::Lambda::EventSourceMapping', { BatchSize: 1 }]], 0.2628],
  ['a stream', [['AWS::Lambda::EventSourceMapping', { StartingPosition: 'LATEST' }]], 0],
  [
    'two processes of 1 GB that are kept ready',
    [
      ['AWS::Lambda::Function', { MemorySize: 1024 }],
      [
        'AWS::Lambda::Alias',
        { FunctionName: { Ref: 'R0' }, ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } },
      ],
    ],
    21.9,
  ],
  [
    'a machine with a GPU that is always up',
    [
      ['AWS::EC2::LaunchTemplate', { LaunchTemplateData: { InstanceType: 'g6.xlarge' } }],
      ['AWS::AutoScaling::AutoScalingGroup', { MinSize: '1' }],
    ],
    587.5,
  ],
  [
    'a machine that starts when there is work',
    [
      ['AWS::EC2::LaunchTemplate', { LaunchTemplateData: { InstanceType: 'g6.xlarge' } }],
      ['AWS::AutoScaling::AutoScalingGroup', { MinSize: '0' }],
    ],
    0,
  ],
])('%s', (_, all, dollars) => {
  const total = Object.values(restOf(...all)).reduce((sum, each) => sum + each, 0);
  expect(total).toBeCloseTo(dollars, 2);
});

it('what is asked of quotas is read from what is deployed', () => {
  expect(
    readDemands(
      resources(
        ['AWS::Lambda::Function', { MemorySize: 512, ReservedConcurrentExecutions: 7 }],
        ['AWS::Lambda::Function', { MemorySize: 3008 }],
        ['AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 10 } }],
        ['AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 20 } }],
        ['AWS::EC2::LaunchTemplate', { LaunchTemplateData: { InstanceType: 'g4dn.xlarge' } }],
        ['AWS::SNS::Subscription', { Protocol: 'email' }],
      ),
    ),
  ).toEqual({
    isAlarmHeard: true,
    largestFunctionMb: 3008,
    reservedConcurrency: 7,
    workerConcurrency: 30,
    gpuTypes: ['g4dn.xlarge'],
    gpuMarket: 'onDemand',
  });
});

it('settings among what is handed on to the CDK are settings of what is looked at', () => {
  expect(readContext(['-c', 'vpc=true', '--require-approval', 'never', '--context=a=b=c'])).toEqual({
    vpc: 'true',
    a: 'b=c',
  });
});

function ports(facts: Partial<AccountFacts>, isWanted: boolean) {
  const said: string[] = [];
  const asked: string[] = [];
  const contexts: object[] = [];
  const taken = {
    readTemplates: (context: object) => {
      contexts.push(context);
      return resources(
        ['AWS::KMS::Key'],
        ['AWS::EC2::NatGateway'],
        ['AWS::SNS::Subscription', { Protocol: 'email' }],
      );
    },
    inspectAccount: async () => ({ ...GOOD_ACCOUNT, ...facts }),
    prices,
    say: (line: string) => void said.push(line),
    confirm: async (question: string) => {
      asked.push(question);
      if (!isWanted) throw new UsageError('Nothing was done.');
    },
  };
  return { taken, said, asked, contexts };
}

it('says what it costs, item by item, before it asks', async () => {
  const { taken, said, asked } = ports({}, true);
  expect(await prepareDeploy('dev', [], taken)).toMatchObject({ region: 'eu-central-1' });
  expect(said[0]).toMatch(/^At rest it costs about \$33\.85 a month, .* as of 2025-06/);
  expect(said.slice(1, 3)).toEqual(['    $32.85  NAT gateways: 1', '     $1.00  KMS keys: 1']);
  expect(asked).toEqual(['Deploy stage dev into eu-central-1?']);
});

it('looks at what -c says too, and warns that the next deploy will not know of it', async () => {
  const { taken, said, contexts } = ports({}, true);
  await prepareDeploy('dev', ['-c', 'vpc=true', '-c', 'alarmEmail=me@example.org'], taken);
  expect(contexts).toEqual([{ stage: 'dev', vpc: 'true', alarmEmail: 'me@example.org' }]);
  expect(said[0]).toMatch(/^! vpc, alarmEmail: said for this deploy only\. .* stages\/dev\.ts/);
});

it('asks about the stage that is deployed, where -c names another', async () => {
  const { taken, said, asked, contexts } = ports({}, true);
  expect(await prepareDeploy('prod', ['-c', 'stage=dev'], taken)).toMatchObject({ stage: 'dev' });
  expect(contexts).toEqual([{ stage: 'dev' }]);
  expect(said.filter((line) => line.startsWith('!'))).toEqual([]);
  expect(asked).toEqual(['Deploy stage dev into eu-central-1?']);
});

it('ends where the answer is no', async () => {
  await expect(prepareDeploy('dev', [], ports({}, false).taken)).rejects.toThrow('Nothing was done.');
});

it('does not ask where it cannot work', async () => {
  const { taken, asked } = ports({ isDockerThere: false }, true);
  await expect(prepareDeploy('dev', [], taken)).rejects.toThrow('Nothing was deployed.');
  expect(asked).toEqual([]);
});
