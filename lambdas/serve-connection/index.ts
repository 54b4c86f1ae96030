import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { KMSClient } from '@aws-sdk/client-kms';
import { createLiveSender } from '../../core/adapters/apigateway/live-connections.ts';
import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createConnectionRecords } from '../../core/adapters/dynamodb/records/connection-records.ts';
import { createIdentityRecords } from '../../core/adapters/dynamodb/records/identity-records.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createUploadReader } from '../../core/adapters/dynamodb/records/upload-records.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createAccessTokenVerifier } from '../../core/adapters/jose/access-tokens.ts';
import { createSigningKey } from '../../core/adapters/kms/signing-key.ts';
import {
  AuthenticationEnvironment,
  LiveConnectionsEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { createAuthenticator } from '../../core/domain/request/authenticate.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(AuthenticationEnvironment.shape).and(LiveConnectionsEnvironment),
  process.env,
);
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const signingKey = createSigningKey(new KMSClient({}), environment.SIGNING_KEY_ID);
const now = () => new Date();

export const handler = createHandler(
  {
    authenticate: createAuthenticator({
      verifyAccessToken: createAccessTokenVerifier(signingKey, environment.TRUSTED_ISSUERS),
      identities: createIdentityRecords(table, now),
      now,
    }),
    connections: createConnectionRecords(table, now),
    jobs: createJobRecords(table),
    batches: createBatchRecords(table),
    uploads: createUploadReader(table),
    send: createLiveSender(new ApiGatewayManagementApiClient({ endpoint: environment.LIVE_CONNECTIONS_URL })),
  },
  createTelemetry('serve-connection'),
);
