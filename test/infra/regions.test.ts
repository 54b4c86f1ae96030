import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { stacksOf } from './new-app.ts';

/** What an account has once for all regions, and how long its names may be. */
const LIMITS: Readonly<Record<string, number>> = {
  'AWS::IAM::Role': 64,
  'AWS::IAM::InstanceProfile': 128,
  'AWS::CloudFront::Function': 64,
  'AWS::CloudFront::OriginAccessControl': 64,
  'AWS::CloudFront::ResponseHeadersPolicy': 128,
};
const REGION = { Ref: 'AWS::Region' };
const LONGEST_REGION = 'ap-southeast-99';

interface Named {
  readonly id: string;
  readonly type: string;
  readonly name: unknown;
}

/** What is named by the template: CloudFormation's own names have random parts. */
function namesOf(context: Record<string, unknown>): Named[] {
  const stacks = Object.values(stacksOf({ target: 'aws', gpu: 'true', ...context }));
  return stacks.flatMap((stack) =>
    stack === undefined
      ? []
      : Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, Resource>).flatMap(
          ([id, { Type: type, Properties = {} }]) => {
            const config = Properties.OriginAccessControlConfig ?? Properties.ResponseHeadersPolicyConfig;
            const { Name, RoleName, InstanceProfileName } = { ...Properties, ...config };
            const name = Name ?? RoleName ?? InstanceProfileName;
            return name === undefined || LIMITS[type] === undefined ? [] : [{ id, type, name }];
          },
        ),
  );
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
}

const partsOf = (name: unknown): unknown[] =>
  (name as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [name];

describe('names that an account has once for all regions', () => {
  it('tell the region, so that the stacks of one stage fit several', () => {
    const named = namesOf({});
    expect(new Set(named.map(({ type }) => type))).toEqual(new Set(Object.keys(LIMITS)));
    const alike = named.filter(
      ({ name }) => !partsOf(name).some((part) => JSON.stringify(part) === JSON.stringify(REGION)),
    );
    expect(alike).toEqual([]);
  });

  it('are not too long, however long the names of stacks are', () => {
    const tooLong = namesOf({ stackPrefix: 'S'.repeat(100) }).filter(({ type, name }) => {
      const text = partsOf(name).map((part) => (typeof part === 'string' ? part : LONGEST_REGION));
      return text.join('').length > (LIMITS[type] ?? 0);
    });
    expect(tooLong).toEqual([]);
  });
});
