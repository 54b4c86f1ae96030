import { S3Client } from '@aws-sdk/client-s3';
import { createUserErasure } from '../../core/adapters/dynamodb/records/user-erasure.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { BucketEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.extend(BucketEnvironment.shape), process.env);

export const handler = createHandler(
  {
    userData: createUserErasure(openTable(createDocumentClient(), environment.TABLE_NAME)),
    objects: createObjectStore(new S3Client({ forcePathStyle: true }), environment.BUCKET_NAME),
  },
  createTelemetry('erase-user'),
);
