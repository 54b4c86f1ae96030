import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import type { TestDeployment } from './deployment.ts';

/** SDK clients of the account that the app is deployed to. */
export function createAwsClients({ endpointUrl, account }: Pick<TestDeployment, 'endpointUrl' | 'account'>) {
  const configuration = { endpoint: endpointUrl, region: account.region, credentials: account };
  return {
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    sns: new SNSClient(configuration),
    sqs: new SQSClient(configuration),
    dynamodb: createDocumentClient(new DynamoDBClient(configuration)),
  };
}
