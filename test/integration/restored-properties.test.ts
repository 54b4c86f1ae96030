import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, inject, test } from 'vitest';
import { clientConfiguration } from '../../localstack/client-configuration.ts';

const { endpointUrl, account, outputs } = inject('deployment');
const configuration = clientConfiguration(endpointUrl, account);
const s3 = new S3Client({ ...configuration, forcePathStyle: true });
const dynamodb = new DynamoDBClient(configuration);
const Bucket = outputs.BucketName;
const TableName = outputs.TableName;

describe('the deployed stack is what its template says', () => {
  test('uploads that nobody took in are forgotten', async () => {
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    const uploads = Rules.find(({ Filter }) => Filter?.Prefix === 'uploads/');
    expect(uploads).toMatchObject({ Status: 'Enabled', Expiration: { Days: 1 } });
  });

  test('the bucket is versioned, encrypted and tagged', async () => {
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(ServerSideEncryptionConfiguration?.Rules?.[0]).toMatchObject({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    });
    const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
    expect(TagSet).toContainEqual({ Key: 'product', Value: 'segmentry' });
  });

  test('records expire by their ttl and can be restored to a point in time', async () => {
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'ttl', TimeToLiveStatus: 'ENABLED' });
    const { ContinuousBackupsDescription } = await dynamodb.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe(
      'ENABLED',
    );
  });
});
