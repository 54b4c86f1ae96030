import { SNSClient } from '@aws-sdk/client-sns';
import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createOutbox } from '../../core/adapters/dynamodb/stream/outbox.ts';
import { readChange, readEmptiedCounter } from '../../core/adapters/dynamodb/stream/read-change.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createEventsTopic } from '../../core/adapters/sns/events-topic.ts';
import { EventsEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.extend(EventsEnvironment.shape), process.env);

const table = openTable(createDocumentClient(), environment.TABLE_NAME);

export const handler = createHandler(
  {
    readChange,
    readEmptiedCounter,
    batches: createBatchRecords(table),
    now: () => new Date(),
    publish: createEventsTopic(new SNSClient({}), environment.EVENTS_TOPIC_ARN).publish,
    settle: createOutbox(table).settle,
  },
  createTelemetry('announce-changes'),
);
