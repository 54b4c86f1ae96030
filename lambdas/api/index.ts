import { setTimeout as sleep } from 'node:timers/promises';
import { createApiKeyRecords } from '../../core/adapters/dynamodb/records/api-key-records.ts';
import { createAttachmentRecords } from '../../core/adapters/dynamodb/records/attachment-records.ts';
import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createBatchTransactions } from '../../core/adapters/dynamodb/records/batch-transactions.ts';
import { createConnectionRecords } from '../../core/adapters/dynamodb/records/connection-records.ts';
import { createDatasetItemRecords } from '../../core/adapters/dynamodb/records/dataset-item-records.ts';
import { createDatasetRecords } from '../../core/adapters/dynamodb/records/dataset-records.ts';
import { createDeliveryRecords } from '../../core/adapters/dynamodb/records/delivery-records.ts';
import { createIdempotencyRecords } from '../../core/adapters/dynamodb/records/idempotency-records.ts';
import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createCreditRecords, createLedger } from '../../core/adapters/dynamodb/records/ledger.ts';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { createOneTimeLinkRecords } from '../../core/adapters/dynamodb/records/one-time-link-records.ts';
import { createRequestCounts } from '../../core/adapters/dynamodb/records/request-counts.ts';
import { createResultCache } from '../../core/adapters/dynamodb/records/result-cache.ts';
import { createResultRecords } from '../../core/adapters/dynamodb/records/result-records.ts';
import {
  createAttemptCounter,
  createSessionRecords,
} from '../../core/adapters/dynamodb/records/session-records.ts';
import { createUploadRecords } from '../../core/adapters/dynamodb/records/upload-records.ts';
import { createUserRecords } from '../../core/adapters/dynamodb/records/user-records.ts';
import { createVideoRecords } from '../../core/adapters/dynamodb/records/video-records.ts';
import { createWebhookRecords } from '../../core/adapters/dynamodb/records/webhook-records.ts';
import { createJobCanceler } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { createAccessTokenSigner } from '../../core/adapters/jose/access-tokens.ts';
import { createSecretSealer } from '../../core/adapters/kms/secret-box.ts';
import { createUploadPresigner } from '../../core/adapters/s3/presign-upload.ts';
import { createPasswordHasher } from '../../core/adapters/scrypt/password-hasher.ts';
import { createBatchQueue } from '../../core/adapters/sqs/batch-queue.ts';
import { createDeliveryQueue } from '../../core/adapters/sqs/delivery-queue.ts';
import { createErasureQueue } from '../../core/adapters/sqs/erasure-queue.ts';
import { composeAuthenticator, composeSigningKey } from '../../core/composition/authentication.ts';
import { composeKms, composeS3, composeSqs } from '../../core/composition/aws-clients.ts';
import { now } from '../../core/composition/clock.ts';
import { composeCredits, composePrices } from '../../core/composition/credits.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  AuthenticationEnvironment,
  BatchQueueEnvironment,
  BucketEnvironment,
  CorsEnvironment,
  CreditPricesEnvironment,
  CreditTermsEnvironment,
  DeliveryQueueEnvironment,
  DeviceEnvironment,
  ErasureQueueEnvironment,
  ModelLimitEnvironment,
  OriginEnvironment,
  QuotaEnvironment,
  RegistrationEnvironment,
  TableEnvironment,
  UploadLimitEnvironment,
  VideoLimitEnvironment,
  WebhookSecretsEnvironment,
  WebhookUrlEnvironment,
} from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(QuotaEnvironment.shape)
    .extend(DeviceEnvironment.shape)
    .extend(CorsEnvironment.shape)
    .extend(AuthenticationEnvironment.shape)
    .extend(UploadLimitEnvironment.shape)
    .extend(CreditTermsEnvironment.shape)
    .extend(CreditPricesEnvironment.shape)
    .extend(ErasureQueueEnvironment.shape)
    .extend(RegistrationEnvironment.shape)
    .extend(OriginEnvironment.shape)
    .extend(BatchQueueEnvironment.shape)
    .extend(DeliveryQueueEnvironment.shape)
    .extend(WebhookSecretsEnvironment.shape)
    .extend(WebhookUrlEnvironment.shape)
    .extend(ModelLimitEnvironment.shape)
    .extend(VideoLimitEnvironment.shape),
  process.env,
);
const table = composeTable(environment);
const kms = composeKms();
const sqs = composeSqs();
const s3 = composeS3();
const objects = composeObjects(environment, s3);

const signingKey = composeSigningKey(environment, kms);
const creditWriter = composeCredits(table, environment);

export const handler = createHandler(
  {
    corsOrigins: environment.CORS_ORIGINS,
    requestsPerMinute: environment.REQUESTS_PER_MINUTE,
    requestCounts: createRequestCounts(table),
    openJobLimit: environment.OPEN_JOB_LIMIT,
    hasGpu: environment.HAS_GPU,
    authenticate: composeAuthenticator(table, environment, { signingKey, writesUsers: true }),
    registration: environment.REGISTRATION,
    registrationsPerHour: environment.REGISTRATIONS_PER_HOUR,
    originSecret: environment.ORIGIN_SECRET,
    connections: createConnectionRecords(table, now),
    passwords: createPasswordHasher(),
    users: createUserRecords(table, now),
    sessions: createSessionRecords(table),
    attempts: createAttemptCounter(table, now),
    apiKeys: createApiKeyRecords(table),
    links: createOneTimeLinkRecords(table, now),
    signAccessToken: createAccessTokenSigner(signingKey, now),
    publicKeys: signingKey.publicKeys,
    requestErasure: createErasureQueue(sqs, environment.ERASURE_QUEUE_URL),
    idempotency: createIdempotencyRecords(table, now),
    images: createImageRecords(table),
    jobs: createJobRecords(table),
    results: createResultRecords(table),
    uploads: createUploadRecords(table, creditWriter),
    videos: createVideoRecords(table),
    credits: createCreditRecords(table, creditWriter),
    ledger: createLedger(table, creditWriter),
    prices: composePrices(environment),
    models: createModelRecords(table),
    datasets: createDatasetRecords(table),
    datasetItems: createDatasetItemRecords(table, now),
    webhooks: createWebhookRecords(table, now),
    deliveries: createDeliveryRecords(table, now),
    deliveryQueue: createDeliveryQueue(sqs, environment.DELIVERY_QUEUE_URL),
    sealSecret: createSecretSealer(kms, environment.WEBHOOK_SECRETS_KEY_ID),
    webhookUrls: { loopbackAllowed: environment.WEBHOOK_LOOPBACK_ALLOWED },
    objects,
    signedUrl: objects.signedUrl,
    presignUpload: createUploadPresigner(s3, environment.BUCKET_NAME),
    now,
    attachments: createAttachmentRecords(table),
    batches: { ...createBatchRecords(table), ...createBatchTransactions(creditWriter) },
    batchQueue: createBatchQueue(sqs, environment.BATCH_QUEUE_URL),
    resultCache: createResultCache(table),
    cancelJob: createJobCanceler(table, { now, credits: creditWriter }),
    sleep,
    videoLimits: {
      frames: environment.VIDEO_LIMIT_FRAMES,
      segmentFrames: environment.VIDEO_SEGMENT_FRAMES,
    },
    limits: {
      bytes: {
        image: environment.IMAGE_LIMIT_BYTES,
        zip: environment.ZIP_LIMIT_BYTES,
        video: environment.VIDEO_LIMIT_BYTES,
      },
      modelBytes: environment.MODEL_LIMIT_BYTES,
      expirySeconds: environment.UPLOAD_EXPIRY_SECONDS,
      open: environment.OPEN_UPLOAD_LIMIT,
    },
  },
  createTelemetry('api'),
);
