import { createLiveCloser, createLiveSender } from '../../core/adapters/apigateway/live-connections.ts';
import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createConnectionRecords } from '../../core/adapters/dynamodb/records/connection-records.ts';
import { readLiveChange } from '../../core/adapters/dynamodb/stream/read-live-change.ts';
import { composeLiveConnections } from '../../core/composition/aws-clients.ts';
import { now } from '../../core/composition/clock.ts';
import { composeTable } from '../../core/composition/table.ts';
import { LiveConnectionsEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.and(LiveConnectionsEnvironment), process.env);
const table = composeTable(environment);
const liveApi = composeLiveConnections(environment.LIVE_CONNECTIONS_URL);

export const handler = createHandler(
  {
    readLiveChange,
    connections: createConnectionRecords(table, now),
    batches: createBatchRecords(table),
    send: createLiveSender(liveApi),
    close: createLiveCloser(liveApi),
  },
  createTelemetry('push-changes'),
);
