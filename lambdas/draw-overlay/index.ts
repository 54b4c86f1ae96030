import { S3Client } from '@aws-sdk/client-s3';
import { createDocumentClient } from '../../core/adapters/dynamodb/document-client.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/job-records.ts';
import { createResultRecords } from '../../core/adapters/dynamodb/result-records.ts';
import { openTable } from '../../core/adapters/dynamodb/segmentry-table.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { drawOverlay } from '../../core/adapters/sharp/draw-overlay.ts';
import { BucketEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { authenticateLocally } from '../../core/runtime/authenticate.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.extend(BucketEnvironment.shape), process.env);
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const objects = createObjectStore(new S3Client({ forcePathStyle: true }), environment.BUCKET_NAME);

export const handler = createHandler(
  {
    authenticate: authenticateLocally,
    jobs: createJobRecords(table),
    results: createResultRecords(table),
    objects,
    signedUrl: objects.signedUrl,
    draw: drawOverlay,
  },
  createTelemetry('draw-overlay'),
);
