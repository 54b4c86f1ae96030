import {
  type DynamoDBClient,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { type LambdaClient, TagResourceCommand as TagLambdaResourceCommand } from '@aws-sdk/client-lambda';
import {
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { toLifecycleRules } from './lifecycle-rules.ts';

export interface EmulatorClients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
}

export interface RestoredResource {
  readonly physicalId: string;
  /** The ARN of something in the account and region, as in `arnOf('dynamodb', 'table/jobs')`. */
  readonly arnOf: (service: string, path: string) => string;
}

/** Sets a forgotten property by the service's own API. `value` is as the template has it. */
export type Restorer = (
  resource: RestoredResource,
  value: unknown,
  clients: EmulatorClients,
) => Promise<unknown>;

const Tags = z.array(z.object({ Key: z.string(), Value: z.string() }));
const Encryption = z.object({
  ServerSideEncryptionConfiguration: z.array(
    z.strictObject({
      BucketKeyEnabled: z.boolean().optional(),
      ServerSideEncryptionByDefault: z.strictObject({
        SSEAlgorithm: z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']),
        KMSMasterKeyID: z.string().optional(),
      }),
    }),
  ),
});
const Ownership = z.strictObject({
  Rules: z.array(
    z.strictObject({
      ObjectOwnership: z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']),
    }),
  ),
});
const PublicAccess = z.strictObject({
  BlockPublicAcls: z.boolean().optional(),
  BlockPublicPolicy: z.boolean().optional(),
  IgnorePublicAcls: z.boolean().optional(),
  RestrictPublicBuckets: z.boolean().optional(),
});
const TimeToLive = z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() });
const Recovery = z.object({ PointInTimeRecoveryEnabled: z.boolean() });
const TableEncryption = z.strictObject({ SSEEnabled: z.boolean(), SSEType: z.literal('KMS').optional() });
/** A table in one region has one replica: itself. */
const OnlyReplica = z.tuple([
  z.strictObject({
    Region: z.unknown(),
    /** Names alone: nothing to set. */
    GlobalSecondaryIndexes: z.array(z.strictObject({ IndexName: z.string() })).optional(),
    PointInTimeRecoverySpecification: Recovery.optional(),
    DeletionProtectionEnabled: z.boolean().optional(),
    Tags: Tags.optional(),
  }),
]);

const restoreTimeToLive: Restorer = ({ physicalId }, value, { dynamodb }) =>
  dynamodb.send(
    new UpdateTimeToLiveCommand({ TableName: physicalId, TimeToLiveSpecification: TimeToLive.parse(value) }),
  );

const restoreRecovery: Restorer = ({ physicalId }, value, { dynamodb }) =>
  dynamodb.send(
    new UpdateContinuousBackupsCommand({
      TableName: physicalId,
      PointInTimeRecoverySpecification: Recovery.parse(value),
    }),
  );

const restoreTableEncryption: Restorer = ({ physicalId }, value, { dynamodb }) => {
  const { SSEEnabled, SSEType } = TableEncryption.parse(value);
  return dynamodb.send(
    new UpdateTableCommand({
      TableName: physicalId,
      SSESpecification: { Enabled: SSEEnabled, ...(SSEType !== undefined && { SSEType }) },
    }),
  );
};

const restoreReplica: Restorer = async (resource, value, clients) => {
  const [replica] = OnlyReplica.parse(value);
  const { PointInTimeRecoverySpecification, DeletionProtectionEnabled, Tags: tags } = replica;
  if (PointInTimeRecoverySpecification !== undefined) {
    await restoreRecovery(resource, PointInTimeRecoverySpecification, clients);
  }
  if (DeletionProtectionEnabled === true) {
    await clients.dynamodb.send(
      new UpdateTableCommand({ TableName: resource.physicalId, DeletionProtectionEnabled }),
    );
  }
  if (tags !== undefined) {
    await clients.dynamodb.send(
      new TagResourceCommand({
        ResourceArn: resource.arnOf('dynamodb', `table/${resource.physicalId}`),
        Tags: tags,
      }),
    );
  }
};

/** By type and property; what stands neither here nor among the honoured ones fails the deploy. */
export const RESTORERS: Readonly<Record<string, Readonly<Record<string, Restorer>>>> = {
  'AWS::S3::Bucket': {
    LifecycleConfiguration: ({ physicalId: Bucket }, value, { s3 }) =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: toLifecycleRules(value) },
        }),
      ),
    Tags: ({ physicalId: Bucket }, value, { s3 }) =>
      s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: Tags.parse(value) } })),
    BucketEncryption: ({ physicalId: Bucket }, value, { s3 }) => {
      const Rules = Encryption.parse(value).ServerSideEncryptionConfiguration.map((rule) => ({
        ApplyServerSideEncryptionByDefault: definedOf(rule.ServerSideEncryptionByDefault),
        BucketKeyEnabled: rule.BucketKeyEnabled ?? false,
      }));
      return s3.send(
        new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }),
      );
    },
    OwnershipControls: ({ physicalId: Bucket }, value, { s3 }) =>
      s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: Ownership.parse(value) })),
    PublicAccessBlockConfiguration: ({ physicalId: Bucket }, value, { s3 }) =>
      s3.send(
        new PutPublicAccessBlockCommand({
          Bucket,
          PublicAccessBlockConfiguration: definedOf(PublicAccess.parse(value)),
        }),
      ),
  },
  'AWS::DynamoDB::Table': {
    TimeToLiveSpecification: restoreTimeToLive,
    PointInTimeRecoverySpecification: restoreRecovery,
    SSESpecification: restoreTableEncryption,
  },
  'AWS::DynamoDB::GlobalTable': {
    TimeToLiveSpecification: restoreTimeToLive,
    SSESpecification: restoreTableEncryption,
    Replicas: restoreReplica,
  },
  'AWS::Lambda::EventSourceMapping': {
    Tags: ({ physicalId, arnOf }, value, { lambda }) =>
      lambda.send(
        new TagLambdaResourceCommand({
          Resource: arnOf('lambda', `event-source-mapping:${physicalId}`),
          Tags: Object.fromEntries(Tags.parse(value).map((tag) => [tag.Key, tag.Value])),
        }),
      ),
  },
};

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function definedOf<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, inside]) => inside !== undefined)) as Defined<T>;
}
