import { expect, test } from 'vitest';
import { findDroppedProperties, isLiteral } from '../../../localstack/restore/dropped-properties.ts';
import { toLifecycleRules } from '../../../localstack/restore/lifecycle-rules.ts';

const HONOURED = {
  'AWS::S3::Bucket': ['VersioningConfiguration'],
  'AWS::DynamoDB::Table': ['KeySchema'],
  'AWS::SNS::Topic': [],
};

test('what the emulator applies is not called dropped, what it forgets is', () => {
  const template = {
    Resources: {
      Images: {
        Type: 'AWS::S3::Bucket',
        Properties: { VersioningConfiguration: { Status: 'Enabled' }, Tags: [{ Key: 'a', Value: 'b' }] },
      },
      Jobs: {
        Type: 'AWS::DynamoDB::Table',
        Properties: { KeySchema: [], TimeToLiveSpecification: { Enabled: true } },
      },
    },
  };
  expect(findDroppedProperties(template, HONOURED)).toEqual([
    { logicalId: 'Images', type: 'AWS::S3::Bucket', property: 'Tags', value: [{ Key: 'a', Value: 'b' }] },
    {
      logicalId: 'Jobs',
      type: 'AWS::DynamoDB::Table',
      property: 'TimeToLiveSpecification',
      value: { Enabled: true },
    },
  ]);
});

test('types nobody has looked at are not judged, and a resource may have no properties', () => {
  const template = {
    Resources: {
      Other: { Type: 'AWS::Some::Thing', Properties: { Any: 1 } },
      Bare: { Type: 'AWS::SNS::Topic' },
    },
  };
  expect(findDroppedProperties(template, HONOURED)).toEqual([]);
  expect(findDroppedProperties({}, HONOURED)).toEqual([]);
});

test.each([
  [{ Rules: [{ Days: 1 }] }, true],
  [null, true],
  [{ Key: [{ Ref: 'Bucket' }] }, false],
  [[{ 'Fn::GetAtt': ['A', 'Arn'] }], false],
])('%j: literal %j', (value, expected) => {
  expect(isLiteral(value)).toBe(expected);
});

test('lifecycle rules are reworded for the API', () => {
  const rules = toLifecycleRules({
    Rules: [
      {
        Id: 'uploads',
        Status: 'Enabled',
        Prefix: 'uploads/',
        ExpirationInDays: 2,
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
      { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 3 } },
      { Status: 'Disabled', ExpiredObjectDeleteMarker: true },
    ],
  });
  expect(rules).toEqual([
    {
      ID: 'uploads',
      Status: 'Enabled',
      Filter: { Prefix: 'uploads/' },
      Expiration: { Days: 2 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
    { Status: 'Enabled', Filter: { Prefix: '' }, NoncurrentVersionExpiration: { NoncurrentDays: 3 } },
    { Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { ExpiredObjectDeleteMarker: true } },
  ]);
});

test('a lifecycle rule that says more than can be reworded is refused, not cut short', () => {
  const rule = { Status: 'Enabled', Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 30 }] };
  expect(() => toLifecycleRules({ Rules: [rule] })).toThrow('Transitions');
});
