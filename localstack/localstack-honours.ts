import type { HonouredProperties } from './restore/dropped-properties.ts';

/**
 * What LocalStack 4.14.0's CloudFormation applies of the resources that it takes only in part. Read from the
 * `resource_providers` of its services; the others in use here are applied whole, but for tags and retention.
 */
export const LOCALSTACK_HONOURS: HonouredProperties = {
  'AWS::S3::Bucket': [
    'AccessControl',
    'BucketName',
    'CorsConfiguration',
    'NotificationConfiguration',
    'ObjectLockConfiguration',
    'ObjectLockEnabled',
    'Tags',
    'VersioningConfiguration',
    'WebsiteConfiguration',
  ],
  // The replica of a table's own region carries its recovery and tags.
  'AWS::DynamoDB::GlobalTable': [
    'AttributeDefinitions',
    'BillingMode',
    'GlobalSecondaryIndexes',
    'KeySchema',
    'LocalSecondaryIndexes',
    'SSESpecification',
    'StreamSpecification',
    'TableName',
    'TimeToLiveSpecification',
    'WriteProvisionedThroughputSettings',
  ],
};
