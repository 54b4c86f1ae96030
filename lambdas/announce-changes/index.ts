import { SNSClient } from '@aws-sdk/client-sns';
import { createDocumentClient } from '../../core/adapters/dynamodb/document-client.ts';
import { createOutbox } from '../../core/adapters/dynamodb/outbox.ts';
import { readChange } from '../../core/adapters/dynamodb/read-change.ts';
import { openTable } from '../../core/adapters/dynamodb/segmentry-table.ts';
import { createEventsTopic } from '../../core/adapters/sns/events-topic.ts';
import { EventsEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.extend(EventsEnvironment.shape), process.env);

export const handler = createHandler(
  {
    readChange,
    publish: createEventsTopic(new SNSClient({}), environment.EVENTS_TOPIC_ARN).publish,
    settle: createOutbox(openTable(createDocumentClient(), environment.TABLE_NAME)).settle,
  },
  createTelemetry('announce-changes'),
);
