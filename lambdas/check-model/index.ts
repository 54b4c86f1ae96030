import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createModelTrial } from '../../core/adapters/onnx/try-model.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import {
  BucketEnvironment,
  ModelCheckEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape).extend(ModelCheckEnvironment.shape),
  process.env,
);
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const objects = createObjectStore(new S3Client({ forcePathStyle: true }), environment.BUCKET_NAME);

export const handler = createHandler(
  {
    models: createModelRecords(table),
    arrived: {
      read: ({ key, version }) => objects.get(key, version),
      remove: ({ key, version }) => objects.remove(key, version),
    },
    objects,
    tryModel: createModelTrial({
      program: fileURLToPath(new URL('./trial.mjs', import.meta.url)),
      timeoutSeconds: environment.MODEL_TRIAL_SECONDS,
      memoryMb: environment.MODEL_TRIAL_MB,
      // Where the runtime keeps its libraries; the credentials stay here.
      environment: { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH },
    }),
    maxReceives: environment.MODEL_CHECK_MAX_RECEIVES,
  },
  createTelemetry('check-model'),
);
