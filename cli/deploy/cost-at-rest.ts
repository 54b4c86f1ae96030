import { dollarsOf, type PriceTable } from '../cost/estimate-cost.ts';
import type { Resource } from './read-templates.ts';

export interface RestLine {
  readonly what: string;
  readonly count: number;
  readonly dollars: number;
  /** Of the price. */
  readonly asOf: string;
}

const HOURS = 730;
const MINUTES = HOURS * 60;
/** Lambda asks an empty queue with so many connections, each for twenty seconds. */
const POLLS_A_MINUTE = 5 * 3;
/** The first that an account has cost nothing. */
const FREE_DASHBOARDS = 3;

interface Charge {
  readonly what: string;
  readonly price: string;
  /** How many units of the price a resource takes in a month; 0 where it takes none. */
  readonly units: (resource: Resource, all: ReadonlyMap<string, Resource>) => number;
}

const only =
  (type: string, units: Charge['units']): Charge['units'] =>
  (resource, all) =>
    resource.Type === type ? units(resource, all) : 0;

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

/** What costs while nobody uses it. Storage, which grows with what is stored, is not at rest. */
const CHARGES: readonly Charge[] = [
  { what: 'KMS keys', price: 'kmsKeyMonths', units: only('AWS::KMS::Key', () => 1) },
  {
    what: 'CloudWatch alarms, by metric',
    price: 'alarmMetricMonths',
    units: only('AWS::CloudWatch::Alarm', ({ Properties }) => metricsOf(Properties)),
  },
  {
    what: 'CloudWatch dashboards',
    price: 'dashboardMonths',
    units: only('AWS::CloudWatch::Dashboard', () => 1),
  },
  { what: 'Secrets', price: 'secretMonths', units: only('AWS::SecretsManager::Secret', () => 1) },
  { what: 'WAF: access lists', price: 'webAclMonths', units: only('AWS::WAFv2::WebACL', () => 1) },
  {
    what: 'WAF: rules',
    price: 'webAclRuleMonths',
    units: only('AWS::WAFv2::WebACL', ({ Properties }) => lengthOf(Properties.Rules)),
  },
  { what: 'NAT gateways', price: 'natHours', units: only('AWS::EC2::NatGateway', () => HOURS) },
  {
    what: 'Interface endpoints, by zone',
    price: 'endpointHours',
    units: only('AWS::EC2::VPCEndpoint', ({ Properties }) =>
      Properties.VpcEndpointType === 'Interface' ? HOURS * lengthOf(Properties.SubnetIds) : 0,
    ),
  },
  {
    what: 'Provisioned concurrency',
    price: 'provisionedGbSeconds',
    units: only('AWS::Lambda::Alias', provisionedGbSeconds),
  },
  {
    what: 'SQS: Lambda looks into empty queues',
    price: 'sqsRequests',
    units: only('AWS::Lambda::EventSourceMapping', ({ Properties }) =>
      'StartingPosition' in Properties ? 0 : MINUTES * POLLS_A_MINUTE,
    ),
  },
  {
    what: 'Lambda: what runs every minute',
    price: 'lambdaRequests',
    units: only('AWS::Events::Rule', ({ Properties }) =>
      Properties.ScheduleExpression === 'rate(1 minute)' ? MINUTES : 0,
    ),
  },
];

/** An alarm of a formula is charged by the metrics that it reads. */
function metricsOf({ Metrics }: Resource['Properties']): number {
  const read = Array.isArray(Metrics) ? Metrics.filter((metric) => 'MetricStat' in metric).length : 0;
  return Math.max(1, read);
}

function provisionedGbSeconds({ Properties }: Resource, all: ReadonlyMap<string, Resource>): number {
  const { ProvisionedConcurrencyConfig: config, FunctionName } = Properties as {
    ProvisionedConcurrencyConfig?: { ProvisionedConcurrentExecutions?: number };
    FunctionName?: { Ref?: string };
  };
  const [, called] = [...all].find(([id]) => id.endsWith(`:${FunctionName?.Ref}`)) ?? [];
  const memoryMb = Number(called?.Properties.MemorySize ?? 0);
  return (config?.ProvisionedConcurrentExecutions ?? 0) * (memoryMb / 1024) * HOURS * 3600;
}

/** Machines that run whether there is work or not. */
function machineHours(resources: ReadonlyMap<string, Resource>, prices: PriceTable): RestLine[] {
  const types = [...resources.values()].flatMap(({ Properties }) => instanceTypesOf(Properties));
  const type = types.find((each) => prices[each] !== undefined);
  const groups = [...resources.values()].filter((each) => each.Type === 'AWS::AutoScaling::AutoScalingGroup');
  const count = groups.reduce((sum, { Properties }) => sum + Number(Properties.MinSize ?? 0), 0);
  if (type === undefined || count === 0) return [];
  const dollars = dollarsOf({ price: type, units: HOURS * count }, prices);
  return [{ what: `Machines that are always up (${type})`, count, dollars, asOf: prices[type]?.asOf ?? '' }];
}

/** The types of machines that a resource names, such as `g6.xlarge`, `g6.*` or `g6*`. */
export const instanceTypesOf = (properties: Resource['Properties']): string[] =>
  [...JSON.stringify(properties).matchAll(/"((?:g|vt)\d\w*(?:\.(?:\w+|\*)|\*))"/g)].map(
    ([, type = '']) => type,
  );

/** What the resources cost in a month in which nobody uses them, dearest first. */
export function listCostAtRest(resources: ReadonlyMap<string, Resource>, prices: PriceTable): RestLine[] {
  const lines = CHARGES.map(({ what, price, units }) => {
    const taken = [...resources.values()]
      .map((resource) => units(resource, resources))
      .filter((each) => each > 0);
    const sum = taken.reduce((total, each) => total + each, 0);
    const charged = price === 'dashboardMonths' ? Math.max(0, sum - FREE_DASHBOARDS) : sum;
    return {
      what,
      count: price === 'alarmMetricMonths' || price === 'webAclRuleMonths' ? sum : taken.length,
      dollars: dollarsOf({ price, units: charged }, prices),
      asOf: prices[price]?.asOf ?? '',
    };
  });
  return [...lines, ...machineHours(resources, prices)]
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => other.dollars - one.dollars);
}
