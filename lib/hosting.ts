import type { Construct } from 'constructs';
import type { Settings } from './default-settings.ts';
import { differencesOf, readTarget } from './target.ts';

/** How new code takes the place of old: at once, or a share of requests first, with a way back. */
const ROLLOUTS = [
  'AllAtOnce',
  'Canary10Percent5Minutes',
  'Canary10Percent15Minutes',
  'Linear10PercentEvery1Minute',
  'Linear10PercentEvery3Minutes',
] as const;
export type Rollout = (typeof ROLLOUTS)[number];

/** What of an account a deployment uses besides what it makes: `-c name=value`, or a stage's file. */
export interface Hosting {
  /** A name for the API, with its certificate, of the deployment's region. */
  readonly apiDomain?: string | undefined;
  readonly apiCertificateArn?: string | undefined;
  /** A name for the console, with its certificate, of us-east-1. */
  readonly consoleDomain?: string | undefined;
  readonly consoleCertificateArn?: string | undefined;
  /** A bucket that is there already. */
  readonly bucketName?: string | undefined;
  /** The key that encrypts the table and the bucket. */
  readonly keyArn?: string | undefined;
  /** A layer that sends traces by OTLP, and where to; container images take no layers. */
  readonly otelLayerArn?: string | undefined;
  readonly otelEndpoint?: string | undefined;
  /** Whether functions run in a network of their own, without a way to the Internet. */
  readonly vpc: boolean;
  /** Whether API Gateway logs each request: that takes a role which all of an account's gateways in the region share. */
  readonly gatewayLogs: boolean;
  readonly rollout: Rollout;
}

const FORMS = {
  apiDomain: [/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a name such as api.example.org'],
  apiCertificateArn: [/^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/, 'the ARN of a certificate'],
  consoleDomain: [/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a name such as console.example.org'],
  consoleCertificateArn: [
    /^arn:[\w-]+:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
    'the ARN of a certificate of us-east-1, where CloudFront looks for them',
  ],
  bucketName: [/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket'],
  keyArn: [/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a key'],
  otelLayerArn: [/^arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:[\w-]+:\d+$/, 'the ARN of a version of a layer'],
  otelEndpoint: [/^https?:\/\/\S+$/, 'a URL'],
} as const satisfies Record<string, readonly [RegExp, string]>;

export const HOSTING_NAMES = [...Object.keys(FORMS), 'vpc', 'gatewayLogs', 'rollout'];

/** @throws where a setting has not its form, or does not go with another, saying what to give. */
export function readHosting(scope: Construct, settings: Settings): Hosting {
  const given = (name: string): unknown => scope.node.tryGetContext(name);
  const texts = Object.entries(FORMS).map(([name, [form, words]]) => {
    const value = given(name);
    if (value === undefined || form.test(String(value))) return [name, value];
    throw new Error(`The setting ${name} must be ${words}, not "${String(value)}".`);
  });
  const hosting = {
    ...(Object.fromEntries(texts) as Partial<Record<keyof typeof FORMS, string>>),
    vpc: readSwitch('vpc', given('vpc') ?? false),
    gatewayLogs: readSwitch(
      'gatewayLogs',
      given('gatewayLogs') ?? differencesOf(readTarget(scope)).gatewayLogs,
    ),
    rollout: readRollout(given('rollout')),
  };
  const [fault] = faultsOf(hosting, settings, given('trustedIssuers'));
  if (fault !== undefined) throw new Error(`The settings do not go together. ${fault}`);
  return hosting;
}

function readSwitch(name: string, given: unknown): boolean {
  const value = String(given);
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Error(`The setting ${name} must be true or false, not "${value}".`);
}

function readRollout(given: unknown = 'AllAtOnce'): Rollout {
  const rollout = ROLLOUTS.find((each) => each === given);
  if (rollout !== undefined) return rollout;
  throw new Error(`The setting rollout must be one of ${ROLLOUTS.join(', ')}, not "${String(given)}".`);
}

/** A collector beside the function. */
const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/;

function* faultsOf(hosting: Hosting, settings: Settings, issuers: unknown): Generator<string> {
  for (const face of ['api', 'console'] as const) {
    if ((hosting[`${face}Domain`] === undefined) !== (hosting[`${face}CertificateArn`] === undefined)) {
      yield `${face}Domain and ${face}CertificateArn are given together, or neither.`;
    }
  }
  if (hosting.otelEndpoint !== undefined && hosting.otelLayerArn === undefined) {
    yield 'otelEndpoint needs otelLayerArn, which sends there.';
  }
  if (hosting.vpc && hosting.otelEndpoint !== undefined && !LOOPBACK.test(hosting.otelEndpoint)) {
    yield 'With vpc no way leads to otelEndpoint: let it be a collector in the layer, such as http://localhost:4318, or leave it out.';
  }
  if (hosting.vpc && issuers !== undefined && String(issuers) !== '[]' && String(issuers) !== '') {
    yield 'trustedIssuers need the Internet, where their keys are published, and vpc has no way to it.';
  }
  const { apiConcurrency, apiProvisionedConcurrency } = settings;
  if (apiConcurrency > 0 && apiProvisionedConcurrency > apiConcurrency) {
    yield `apiProvisionedConcurrency must be at most apiConcurrency, ${apiConcurrency}.`;
  }
  if (settings.firewallRequests !== 0 && settings.firewallRequests < 100) {
    yield 'firewallRequests must be 0, or 100 or more in five minutes.';
  }
}
