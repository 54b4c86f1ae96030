import { createLiveCloser, createLiveSender } from '../../core/adapters/apigateway/live-connections.ts';
import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createConnectionRecords } from '../../core/adapters/dynamodb/records/connection-records.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createRequestCounts } from '../../core/adapters/dynamodb/records/request-counts.ts';
import { createUploadReader } from '../../core/adapters/dynamodb/records/upload-records.ts';
import { composeAuthenticator } from '../../core/composition/authentication.ts';
import { composeLiveConnections } from '../../core/composition/aws-clients.ts';
import { now } from '../../core/composition/clock.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  AuthenticationEnvironment,
  LiveConnectionsEnvironment,
  RequestQuotaEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { createRequestCounter } from '../../core/runtime/limit-requests.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(AuthenticationEnvironment.shape)
    .extend(RequestQuotaEnvironment.shape)
    .and(LiveConnectionsEnvironment),
  process.env,
);
const table = composeTable(environment);
const liveApi = composeLiveConnections(environment.LIVE_CONNECTIONS_URL);

export const handler = createHandler(
  {
    authenticate: composeAuthenticator(table, environment),
    takeRequests: createRequestCounter({
      requestsPerMinute: environment.REQUESTS_PER_MINUTE,
      requestCounts: createRequestCounts(table),
      now,
    }),
    connections: createConnectionRecords(table, now),
    jobs: createJobRecords(table),
    batches: createBatchRecords(table),
    uploads: createUploadReader(table),
    send: createLiveSender(liveApi),
    close: createLiveCloser(liveApi),
  },
  createTelemetry('serve-connection'),
);
