import { S3Client } from '@aws-sdk/client-s3';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { createUploadPresigner } from '../../core/adapters/s3/presign-upload.ts';
import type { Stacks } from '../../lib/create-stacks.ts';
import { stacksOf } from './new-app.ts';

function templateOf({ console }: Stacks): Template {
  if (console === undefined) throw new Error('The console was left out.');
  return Template.fromStack(console);
}

const template = templateOf(stacksOf({ target: 'aws' }));
const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
const { DefaultCacheBehavior, CacheBehaviors, Origins } = distribution?.Properties.DistributionConfig ?? {};

const REGION = 'eu-central-1';
const BUCKET = 'media';
const BUCKET_URL = `https://s3.${REGION}.amazonaws.com/${BUCKET}`;

/** As functions have it (core/composition/aws-clients.ts). */
const s3 = new S3Client({
  region: REGION,
  forcePathStyle: true,
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});

/** The sources of each directive, in that region and with that bucket. */
const policy = readPolicy();

function readPolicy(): Record<string, string[]> {
  const [headers] = Object.values(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
  const { SecurityHeadersConfig } = headers?.Properties.ResponseHeadersPolicyConfig ?? {};
  const parts: readonly (string | { Ref?: string })[] =
    SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy['Fn::Join'][1];
  const text = parts
    .map((part) => (typeof part === 'string' ? part : part.Ref === 'AWS::Region' ? REGION : BUCKET))
    .join('');
  return Object.fromEntries(
    text.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources];
    }),
  );
}

/** As browsers match paths: below one that ends in a slash, and nothing but any other (CSP 3, 6.7.2.12). */
function allows(directive: string, url: string): boolean {
  const [address = ''] = url.split('?');
  return (policy[directive] ?? []).some((source) =>
    source.endsWith('/') ? address.startsWith(source) : address === source,
  );
}

describe('the console on AWS', () => {
  it('passes the API and live states through under its own address, uncached and with who asks', () => {
    const paths = CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern);
    expect(paths).toEqual(['/v1/*', '/docs', '/.well-known/*', '/live']);
    for (const { CachePolicyId, OriginRequestPolicyId, ViewerProtocolPolicy } of CacheBehaviors) {
      // CachingDisabled, and AllViewerExceptHostHeader.
      expect(CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
      expect(OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
      expect(ViewerProtocolPolicy).toBe('https-only');
    }
    const stages = Origins.map(({ OriginPath }: { OriginPath?: unknown }) => OriginPath !== undefined);
    expect(stages).toContain(true);
  });

  it('has pages that may do nothing inline and ask nobody but the bucket', () => {
    expect(policy['default-src']).toEqual(["'self'"]);
    const elsewhere = Object.values(policy).flatMap((sources) => sources.filter((each) => /^\w/.test(each)));
    expect(elsewhere.filter((each) => each !== 'blob:' && !each.startsWith(BUCKET_URL))).toEqual([]);
    expect(JSON.stringify(template.toJSON())).not.toMatch(/unsafe-(inline|eval)/);
    expect(DefaultCacheBehavior.ViewerProtocolPolicy).toBe('redirect-to-https');
  });

  it('has pages that may send the forms which the API gives, and read what it has signed', async () => {
    const form = await createUploadPresigner(
      s3,
      BUCKET,
    )({
      key: 'uploads/a',
      contentType: 'image/jpeg',
      limitBytes: 9,
      expirySeconds: 60,
    });
    expect(allows('connect-src', form.url)).toBe(true);
    const signed = await createObjectStore(s3, BUCKET).signedUrl('videos/a', 60);
    expect(allows('media-src', signed)).toBe(true);
    expect(allows('connect-src', signed)).toBe(true);
    expect(allows('connect-src', `${BUCKET_URL}-of-another/a`)).toBe(false);
  });

  it('tells the API who asks, by headers that nobody else can send', () => {
    const ofApi = Origins.filter(({ OriginPath }: { OriginPath?: unknown }) => OriginPath !== undefined);
    expect(ofApi).toHaveLength(1);
    const [{ HeaderName, HeaderValue }, ...others] = ofApi[0].OriginCustomHeaders;
    expect([HeaderName, others]).toEqual(['segmentry-origin-secret', []]);
    // Both name what is made at random, where they are deployed.
    const pipeline = Template.fromStack(stacksOf({ target: 'aws' }).pipeline);
    const [api] = Object.values(
      pipeline.findResources('AWS::Lambda::Function', { Properties: { Description: 'Serves the HTTP API' } }),
    );
    const shared = api?.Properties.Environment.Variables.ORIGIN_SECRET;
    const resolved = /\{\{resolve:secretsmanager:.*(Origin\w+).*:SecretString:::\}\}/;
    expect(JSON.stringify(HeaderValue)).toMatch(resolved);
    expect(JSON.stringify(shared)).toMatch(resolved);
    pipeline.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
    });

    for (const { TargetOriginId, FunctionAssociations } of CacheBehaviors) {
      if (TargetOriginId !== ofApi[0].Id) continue;
      const [{ EventType, FunctionARN }] = FunctionAssociations;
      expect(EventType).toBe('viewer-request');
      const { FunctionCode } =
        template.findResources('AWS::CloudFront::Function')[FunctionARN['Fn::GetAtt'][0]]?.Properties ?? {};
      const run = new Function(`${FunctionCode}; return handler;`)();
      const headers = { 'segmentry-viewer-address': { value: '192.0.2.1' }, accept: { value: '*/*' } };
      expect(run({ request: { uri: '/v1/sessions', headers }, viewer: { ip: '203.0.113.66' } })).toEqual({
        uri: '/v1/sessions',
        headers: { 'segmentry-viewer-address': { value: '203.0.113.66' }, accept: { value: '*/*' } },
      });
    }
  });

  it('keeps its bucket private', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    template.resourceCountIs('AWS::CloudFront::OriginAccessControl', 1);
  });

  it('is left out where the operator says so, and on an emulator, which knows no CloudFront', () => {
    expect(stacksOf({ target: 'aws', console: 'false' }).console).toBeUndefined();
    expect(stacksOf({ target: 'emulator' }).console).toBeUndefined();
    expect(() => stacksOf({ target: 'aws', console: 'maybe' })).toThrow('must be true or false');
  });

  it('does without live states', () => {
    const without = templateOf(stacksOf({ target: 'aws', realtime: 'false' }));
    expect(JSON.stringify(without.toJSON())).not.toContain('"/live"');
  });
});
