import { setTimeout as sleep } from 'node:timers/promises';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createCreditWriter } from '../../core/adapters/dynamodb/records/credit-writer.ts';
import { createIdempotencyRecords } from '../../core/adapters/dynamodb/records/idempotency-records.ts';
import { createIdentityRecords } from '../../core/adapters/dynamodb/records/identity-records.ts';
import { createImageTransactions } from '../../core/adapters/dynamodb/records/image-transactions.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { createRequestCounts } from '../../core/adapters/dynamodb/records/request-counts.ts';
import { createResultCache } from '../../core/adapters/dynamodb/records/result-cache.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createAccessTokenVerifier } from '../../core/adapters/jose/access-tokens.ts';
import { createSigningKey } from '../../core/adapters/kms/signing-key.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { createImageNormalizer } from '../../core/adapters/sharp/normalize-image.ts';
import { createAnalysisQueue } from '../../core/adapters/sqs/analysis-queue.ts';
import {
  AnalysisQueueEnvironment,
  AuthenticationEnvironment,
  BucketEnvironment,
  CreditPricesEnvironment,
  CreditTermsEnvironment,
  ImageLimitEnvironment,
  QuotaEnvironment,
  RetentionEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { createAuthenticator } from '../../core/domain/request/authenticate.ts';
import { readCreditPrices, readCreditTerms } from '../../core/runtime/read-credit-settings.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(QuotaEnvironment.shape)
    .extend(AuthenticationEnvironment.shape)
    .extend(AnalysisQueueEnvironment.shape)
    .extend(ImageLimitEnvironment.shape)
    .extend(CreditTermsEnvironment.shape)
    .extend(CreditPricesEnvironment.shape)
    .extend(RetentionEnvironment.shape),
  process.env,
);
const table = openTable(createDocumentClient(), environment.TABLE_NAME);

const signingKey = createSigningKey(new KMSClient({}), environment.SIGNING_KEY_ID);
const now = () => new Date();

export const handler = createHandler(
  {
    requestsPerMinute: environment.REQUESTS_PER_MINUTE,
    requestCounts: createRequestCounts(table),
    openJobLimit: environment.OPEN_JOB_LIMIT,
    authenticate: createAuthenticator({
      verifyAccessToken: createAccessTokenVerifier(signingKey, environment.TRUSTED_ISSUERS),
      identities: createIdentityRecords(table, now),
      now,
    }),
    idempotency: createIdempotencyRecords(table, now),
    retentionDays: environment.RETENTION_DAYS,
    normalizeImage: createImageNormalizer({ limitPixels: environment.IMAGE_LIMIT_PIXELS }),
    objects: createObjectStore(new S3Client({ forcePathStyle: true }), environment.BUCKET_NAME),
    models: createModelRecords(table),
    images: createImageTransactions(
      table,
      createCreditWriter(table, { terms: readCreditTerms(environment), now }),
    ),
    resultCache: createResultCache(table),
    prices: readCreditPrices(environment),
    jobs: createJobRecords(table),
    analysisQueue: createAnalysisQueue(new SQSClient({}), environment.ANALYSIS_QUEUE_URL),
    now,
    sleep,
  },
  createTelemetry('upload-image'),
);
