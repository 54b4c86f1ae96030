import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { Stacks } from '../../lib/create-stacks.ts';
import { stacksOf } from './new-app.ts';

function templateOf({ console }: Stacks): Template {
  if (console === undefined) throw new Error('The console was left out.');
  return Template.fromStack(console);
}

const template = templateOf(stacksOf({ target: 'aws' }));
const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
const { DefaultCacheBehavior, CacheBehaviors, Origins } = distribution?.Properties.DistributionConfig ?? {};

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
    template.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          ContentSecurityPolicy: {
            ContentSecurityPolicy: {
              'Fn::Join': [
                '',
                Match.arrayWith([
                  Match.stringLikeRegexp("^default-src 'self'; connect-src 'self' https://s3."),
                ]),
              ],
            },
          },
        },
      },
    });
    expect(JSON.stringify(template.toJSON())).not.toMatch(/unsafe-(inline|eval)/);
    expect(DefaultCacheBehavior.ViewerProtocolPolicy).toBe('redirect-to-https');
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
