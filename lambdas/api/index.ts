import { S3Client } from '@aws-sdk/client-s3';
import { createDatasetItemRecords } from '../../core/adapters/dynamodb/dataset-item-records.ts';
import { createDatasetRecords } from '../../core/adapters/dynamodb/dataset-records.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/document-client.ts';
import { createIdempotencyRecords } from '../../core/adapters/dynamodb/idempotency-records.ts';
import { createImageRecords } from '../../core/adapters/dynamodb/image-records.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/job-records.ts';
import { createModelRecords } from '../../core/adapters/dynamodb/model-records.ts';
import { createResultRecords } from '../../core/adapters/dynamodb/result-records.ts';
import { openTable } from '../../core/adapters/dynamodb/segmentry-table.ts';
import { createUploadRecords } from '../../core/adapters/dynamodb/upload-records.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { createUploadPresigner } from '../../core/adapters/s3/presign-upload.ts';
import {
  BucketEnvironment,
  TableEnvironment,
  UploadLimitEnvironment,
} from '../../core/contracts/environment.ts';
import { authenticateLocally } from '../../core/runtime/authenticate.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape).extend(UploadLimitEnvironment.shape),
  process.env,
);
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const s3 = new S3Client({ forcePathStyle: true });

export const handler = createHandler(
  {
    authenticate: authenticateLocally,
    idempotency: createIdempotencyRecords(table, () => new Date()),
    images: createImageRecords(table),
    jobs: createJobRecords(table),
    results: createResultRecords(table),
    uploads: createUploadRecords(table),
    models: createModelRecords(table),
    datasets: createDatasetRecords(table),
    datasetItems: createDatasetItemRecords(table, () => new Date()),
    signedUrl: createObjectStore(s3, environment.BUCKET_NAME).signedUrl,
    presignUpload: createUploadPresigner(s3, environment.BUCKET_NAME),
    now: () => new Date(),
    limits: {
      imageBytes: environment.IMAGE_LIMIT_BYTES,
      expirySeconds: environment.UPLOAD_EXPIRY_SECONDS,
    },
  },
  createTelemetry('api'),
);
