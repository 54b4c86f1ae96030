import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { readHosting } from '../../lib/hosting.ts';
import { readSettings } from '../../lib/settings.ts';
import { newApp, stacksOf } from './new-app.ts';

const ACCOUNT = '123456789012';
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/0a1b`;
const CERTIFICATE = `arn:aws:acm:eu-west-1:${ACCOUNT}:certificate/0a1b`;
const CONSOLE_CERTIFICATE = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/2c3d`;

/** Everything that is one's own, at once: what does not go together would show. */
const OWN = {
  target: 'aws',
  apiDomain: 'api.example.org',
  apiCertificateArn: CERTIFICATE,
  consoleDomain: 'console.example.org',
  consoleCertificateArn: CONSOLE_CERTIFICATE,
  keyArn: KEY,
  vpc: 'true',
  firewallRequests: '5000',
  rollout: 'Linear10PercentEvery1Minute',
  apiProvisionedConcurrency: '5',
  otelLayerArn: `arn:aws:lambda:eu-west-1:901920570463:layer:aws-otel-nodejs:5`,
  otelEndpoint: 'http://localhost:4318',
};
const own = stacksOf(OWN);
const pipeline = Template.fromStack(own.pipeline);
const data = Template.fromStack(own.data);

const resourcesOf = (template: Template, type: string) => Object.entries(template.findResources(type));
const shortName = (id: string) => id.replace(/Function.*$/, '');
const isOfCdk = ([id]: [string, unknown]) => /^(BucketNotifications|Custom)/.test(id);

describe('names of one’s own', () => {
  it('lead to the API, with a certificate and TLS 1.2', () => {
    pipeline.hasResourceProperties('AWS::ApiGateway::DomainName', {
      DomainName: 'api.example.org',
      RegionalCertificateArn: CERTIFICATE,
      SecurityPolicy: 'TLS_1_2',
    });
    pipeline.resourceCountIs('AWS::ApiGateway::BasePathMapping', 1);
    pipeline.hasOutput('ApiDomainTarget', {});
  });

  it('lead to the console', () => {
    if (own.console === undefined) throw new Error('The console was left out.');
    Template.fromStack(own.console).hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        Aliases: ['console.example.org'],
        ViewerCertificate: Match.objectLike({
          AcmCertificateArn: CONSOLE_CERTIFICATE,
          MinimumProtocolVersion: 'TLSv1.2_2021',
        }),
      }),
    });
  });
});

/** What only CloudFront can send. */
const FROM_CONSOLE = {
  ByteMatchStatement: Match.objectLike({
    FieldToMatch: { SingleHeader: { Name: 'segmentry-origin-secret' } },
    PositionalConstraint: 'EXACTLY',
    SearchString: { 'Fn::Join': Match.anyValue() },
  }),
};

describe('a firewall', () => {
  it('counts by address alone where there is no console, whose address could be forged', () => {
    const { pipeline: alone } = stacksOf({ target: 'aws', console: 'false', firewallRequests: '5000' });
    const template = Template.fromStack(alone);
    const [acl] = Object.values(template.findResources('AWS::WAFv2::WebACL'));
    const rates = acl?.Properties.Rules.flatMap(
      ({ Statement }: { Statement: { RateBasedStatement?: unknown } }) => Statement.RateBasedStatement ?? [],
    );
    expect(rates).toEqual([{ Limit: 5000, AggregateKeyType: 'IP' }]);
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  it('refuses floods and known bad requests before the stage, and only counts what it sees in bodies', () => {
    pipeline.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'REGIONAL',
      Rules: Match.arrayWith([
        Match.objectLike({
          Action: { Block: {} },
          Statement: {
            RateBasedStatement: Match.objectLike({
              Limit: 5000,
              AggregateKeyType: 'IP',
              ScopeDownStatement: { NotStatement: { Statement: FROM_CONSOLE } },
            }),
          },
        }),
        Match.objectLike({
          Action: { Block: {} },
          Statement: {
            RateBasedStatement: Match.objectLike({
              Limit: 5000,
              AggregateKeyType: 'FORWARDED_IP',
              ForwardedIPConfig: { HeaderName: 'segmentry-viewer-address', FallbackBehavior: 'NO_MATCH' },
              ScopeDownStatement: FROM_CONSOLE,
            }),
          },
        }),
        Match.objectLike({
          Statement: {
            ManagedRuleGroupStatement: Match.objectLike({
              Name: 'AWSManagedRulesCommonRuleSet',
              RuleActionOverrides: Match.arrayWith([
                { Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } },
              ]),
            }),
          },
        }),
      ]),
    });
    pipeline.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      ResourceArn: Match.objectLike({ 'Fn::Join': Match.anyValue() }),
    });
  });
});

describe('a network of their own', () => {
  const functions = resourcesOf(pipeline, 'AWS::Lambda::Function').filter((each) => !isOfCdk(each));

  it('holds all functions but the one that calls receivers', () => {
    const outside = functions.filter(([, { Properties }]) => Properties.VpcConfig === undefined);
    expect(outside.map(([id]) => shortName(id))).toEqual(['DeliverWebhook']);
  });

  it('has a way to every service that they use, and none to the Internet', () => {
    const endpoints = resourcesOf(pipeline, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) =>
      JSON.stringify(Properties.ServiceName),
    );
    for (const service of ['s3', 'dynamodb', 'sqs', 'sns', 'kms', 'xray']) {
      expect(endpoints.filter((name) => new RegExp(`[.]${service}"`).test(name))).toHaveLength(1);
    }
    pipeline.resourceCountIs('AWS::EC2::NatGateway', 0);
    pipeline.resourceCountIs('AWS::EC2::InternetGateway', 0);
  });
});

describe('a key of one’s own', () => {
  it('encrypts the table and the bucket', () => {
    data.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [Match.objectLike({ SSESpecification: { KMSMasterKeyId: KEY } })],
    });
    data.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          Match.objectLike({
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
          }),
        ],
      },
    });
  });

  it('may be used by every function that reads or writes them', () => {
    const policies = resourcesOf(pipeline, 'AWS::IAM::Policy').map(([, { Properties }]) =>
      JSON.stringify(Properties.PolicyDocument),
    );
    const users = policies.filter((policy) => /"(dynamodb:GetItem|s3:GetObject)"/.test(policy));
    expect(users.length).toBeGreaterThan(8);
    for (const policy of users) expect(policy).toContain(KEY);
  });
});

describe('a gradual rollout', () => {
  it('is made of every function, and taken back where the new code fails', () => {
    const groups = resourcesOf(pipeline, 'AWS::CodeDeploy::DeploymentGroup');
    expect(groups).toHaveLength(
      resourcesOf(pipeline, 'AWS::Lambda::Function').filter((each) => !isOfCdk(each)).length,
    );
    for (const [, { Properties }] of groups) {
      expect(JSON.stringify(Properties.DeploymentConfigName)).toContain('Linear10PercentEvery1Minute');
      expect(Properties.AutoRollbackConfiguration.Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
      expect(Properties.AlarmConfiguration.Alarms).toHaveLength(1);
    }
  });

  it('decides what queues, streams and the clock run: the name, not the latest code', () => {
    for (const [, { Properties }] of resourcesOf(pipeline, 'AWS::Lambda::EventSourceMapping')) {
      expect(JSON.stringify(Properties.FunctionName)).toContain('Live');
    }
    for (const [, { Properties }] of resourcesOf(pipeline, 'AWS::Events::Rule')) {
      expect(JSON.stringify(Properties.Targets)).toContain('Live');
    }
    for (const [, { Properties }] of resourcesOf(pipeline, 'AWS::ApiGateway::Method')) {
      expect(JSON.stringify(Properties.Integration?.Uri ?? 'Live')).toContain('Live');
    }
  });

  it('keeps processes ready, within those that are kept for the API', () => {
    const ready = resourcesOf(pipeline, 'AWS::Lambda::Alias')
      .filter(([, { Properties }]) => Properties.ProvisionedConcurrencyConfig !== undefined)
      .map(([id, { Properties }]) => [
        id.replace(/Function.*$/, ''),
        Properties.ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions,
      ]);
    expect(ready).toEqual([
      ['UploadImage', 5],
      ['Api', 5],
    ]);
  });
});

it('traces go where the operator has them sent, from every function that takes a layer', () => {
  const functions = resourcesOf(pipeline, 'AWS::Lambda::Function').filter((each) => !isOfCdk(each));
  for (const [, { Properties }] of functions) {
    const { AWS_LAMBDA_EXEC_WRAPPER: wrapper, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } =
      Properties.Environment.Variables;
    const isImage = Properties.PackageType === 'Image';
    expect([wrapper, endpoint]).toEqual(
      isImage ? [undefined, undefined] : ['/opt/otel-handler', OWN.otelEndpoint],
    );
    expect(Properties.Layers).toEqual(isImage ? undefined : [OWN.otelLayerArn]);
  }
});

it('a bucket that is there is used, and none is made', () => {
  const { data: dataStack, pipeline: stack } = stacksOf({ target: 'aws', bucketName: 'our-images' });
  Template.fromStack(dataStack).resourceCountIs('AWS::S3::Bucket', 0);
  const template = Template.fromStack(stack);
  for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
    const { BUCKET_NAME: name } = Properties.Environment?.Variables ?? {};
    if (name !== undefined) expect([id, name]).toEqual([id, 'our-images']);
  }
  template.hasResourceProperties('Custom::S3BucketNotifications', {
    BucketName: 'our-images',
    Managed: false,
  });
});

describe('settings of what is one’s own are refused', () => {
  const read = (context: Record<string, unknown>) => {
    const app = newApp(context);
    return readHosting(app, readSettings(app));
  };
  it.each([
    [{ apiDomain: 'api.example.org' }, 'apiDomain and apiCertificateArn are given together'],
    [{ consoleDomain: 'c.example.org' }, 'consoleDomain and consoleCertificateArn are given together'],
    [{ apiDomain: 'https://api' }, 'apiDomain must be a name'],
    [
      { consoleCertificateArn: CERTIFICATE },
      'consoleCertificateArn must be the ARN of a certificate of us-east-1',
    ],
    [{ keyArn: 'alias/mine' }, 'keyArn must be the ARN of a key'],
    [{ bucketName: 'Our Images' }, 'bucketName must be the name of a bucket'],
    [{ vpc: 'yes' }, 'vpc must be true or false'],
    [{ gatewayLogs: '' }, 'gatewayLogs must be true or false'],
    [
      { vpc: 'true', trustedIssuers: '[{"issuer":"https://a","audience":"b"}]' },
      'trustedIssuers need the Internet',
    ],
    [{ otelEndpoint: 'https://otel.example.org' }, 'otelEndpoint needs otelLayerArn'],
    [
      { vpc: 'true', otelLayerArn: OWN.otelLayerArn, otelEndpoint: 'https://localhost.example.org:4318' },
      'With vpc no way leads to otelEndpoint',
    ],
    [{ rollout: 'Slowly' }, 'rollout must be one of AllAtOnce'],
    [{ apiProvisionedConcurrency: '101' }, 'apiProvisionedConcurrency must be at most apiConcurrency, 100'],
    [{ firewallRequests: '5' }, 'firewallRequests must be 0, or 100 or more'],
  ])('%o: %s', (context, words) => {
    expect(() => read(context)).toThrow(words);
  });
});
