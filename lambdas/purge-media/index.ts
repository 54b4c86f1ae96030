import { S3Client } from '@aws-sdk/client-s3';
import { createDatasetItemRecords } from '../../core/adapters/dynamodb/records/dataset-item-records.ts';
import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createJobRemover } from '../../core/adapters/dynamodb/records/job-remover.ts';
import { createResultCache } from '../../core/adapters/dynamodb/records/result-cache.ts';
import { readGoneImage, readGoneVideo } from '../../core/adapters/dynamodb/stream/read-change.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { BucketEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.extend(BucketEnvironment.shape), process.env);
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const now = () => new Date();

export const handler = createHandler(
  {
    readGoneImage,
    readGoneVideo,
    images: createImageRecords(table),
    jobs: createJobRemover(table, now),
    resultCache: createResultCache(table),
    datasetItems: createDatasetItemRecords(table, now),
    objects: createObjectStore(new S3Client({ forcePathStyle: true }), environment.BUCKET_NAME),
  },
  createTelemetry('purge-media'),
);
