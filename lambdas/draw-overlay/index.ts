import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { createIdentityRecords } from '../../core/adapters/dynamodb/records/identity-records.ts';
import { createRequestCounts } from '../../core/adapters/dynamodb/records/request-counts.ts';
import { createResultRecords } from '../../core/adapters/dynamodb/records/result-records.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createAccessTokenVerifier } from '../../core/adapters/jose/access-tokens.ts';
import { createSigningKey } from '../../core/adapters/kms/signing-key.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { drawOverlay } from '../../core/adapters/sharp/draw-overlay.ts';
import {
  AuthenticationEnvironment,
  BucketEnvironment,
  QuotaEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { createAuthenticator } from '../../core/domain/request/authenticate.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(QuotaEnvironment.shape)
    .extend(AuthenticationEnvironment.shape),
  process.env,
);
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const objects = createObjectStore(new S3Client({ forcePathStyle: true }), environment.BUCKET_NAME);

const signingKey = createSigningKey(new KMSClient({}), environment.SIGNING_KEY_ID);
const now = () => new Date();

export const handler = createHandler(
  {
    requestsPerMinute: environment.REQUESTS_PER_MINUTE,
    requestCounts: createRequestCounts(table),
    authenticate: createAuthenticator({
      verifyAccessToken: createAccessTokenVerifier(signingKey, environment.TRUSTED_ISSUERS),
      identities: createIdentityRecords(table, now),
      now,
    }),
    results: createResultRecords(table),
    objects,
    signedUrl: objects.signedUrl,
    draw: drawOverlay,
    now,
  },
  createTelemetry('draw-overlay'),
);
