import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { KMSClient } from '@aws-sdk/client-kms';
import { createLiveSender } from '../../core/adapters/apigateway/live-connections.ts';
import { createBatchRecords } from '../../core/adapters/dynamodb/batch-records.ts';
import { createConnectionRecords } from '../../core/adapters/dynamodb/connection-records.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/document-client.ts';
import { createIdentityRecords } from '../../core/adapters/dynamodb/identity-records.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/job-records.ts';
import { openTable } from '../../core/adapters/dynamodb/segmentry-table.ts';
import { createUploadReader } from '../../core/adapters/dynamodb/upload-records.ts';
import { createAccessTokenVerifier } from '../../core/adapters/jose/access-tokens.ts';
import { createSigningKey } from '../../core/adapters/kms/signing-key.ts';
import {
  AuthenticationEnvironment,
  LiveConnectionsEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { createAuthenticator } from '../../core/domain/authenticate.ts';
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
