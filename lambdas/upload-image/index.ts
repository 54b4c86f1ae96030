import { setTimeout as sleep } from 'node:timers/promises';
import { createDatasetRecords } from '../../core/adapters/dynamodb/records/dataset-records.ts';
import { createIdempotencyRecords } from '../../core/adapters/dynamodb/records/idempotency-records.ts';
import { createImageTransactions } from '../../core/adapters/dynamodb/records/image-transactions.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { createRequestCounts } from '../../core/adapters/dynamodb/records/request-counts.ts';
import { createResultCache } from '../../core/adapters/dynamodb/records/result-cache.ts';
import { createImageNormalizer } from '../../core/adapters/sharp/normalize-image.ts';
import { createAnalysisQueue } from '../../core/adapters/sqs/analysis-queue.ts';
import { composeAuthenticator } from '../../core/composition/authentication.ts';
import { composeSqs } from '../../core/composition/aws-clients.ts';
import { now } from '../../core/composition/clock.ts';
import { composeCredits, composePrices } from '../../core/composition/credits.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  AnalysisQueueEnvironment,
  AuthenticationEnvironment,
  BucketEnvironment,
  CorsEnvironment,
  CreditPricesEnvironment,
  CreditTermsEnvironment,
  DeviceEnvironment,
  ImageLimitEnvironment,
  QuotaEnvironment,
  RetentionEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { createRecentModels } from '../../core/domain/models/recent-models.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(QuotaEnvironment.shape)
    .extend(DeviceEnvironment.shape)
    .extend(CorsEnvironment.shape)
    .extend(AuthenticationEnvironment.shape)
    .extend(AnalysisQueueEnvironment.shape)
    .extend(ImageLimitEnvironment.shape)
    .extend(CreditTermsEnvironment.shape)
    .extend(CreditPricesEnvironment.shape)
    .extend(RetentionEnvironment.shape),
  process.env,
);
const table = composeTable(environment);

export const handler = createHandler(
  {
    corsOrigins: environment.CORS_ORIGINS,
    requestsPerMinute: environment.REQUESTS_PER_MINUTE,
    requestCounts: createRequestCounts(table),
    openJobLimit: environment.OPEN_JOB_LIMIT,
    hasGpu: environment.HAS_GPU,
    authenticate: composeAuthenticator(table, environment),
    idempotency: createIdempotencyRecords(table, now),
    retentionDays: environment.RETENTION_DAYS,
    normalizeImage: createImageNormalizer({ limitPixels: environment.IMAGE_LIMIT_PIXELS }),
    objects: composeObjects(environment),
    models: createRecentModels(createModelRecords(table), now),
    datasets: createDatasetRecords(table),
    images: createImageTransactions(table, composeCredits(table, environment)),
    resultCache: createResultCache(table),
    prices: composePrices(environment),
    jobs: createJobRecords(table),
    analysisQueue: createAnalysisQueue(composeSqs(), environment),
    now,
    sleep,
  },
  createTelemetry('upload-image'),
);
