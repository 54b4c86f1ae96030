import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createUploadReader } from '../../core/adapters/dynamodb/records/upload-records.ts';
import { createOutbox } from '../../core/adapters/dynamodb/stream/outbox.ts';
import { readChange, readEmptiedCounter, readGone } from '../../core/adapters/dynamodb/stream/read-change.ts';
import { createEventsTopic } from '../../core/adapters/sns/events-topic.ts';
import { createPurgeQueue } from '../../core/adapters/sqs/purge-queue.ts';
import { composeSns, composeSqs } from '../../core/composition/aws-clients.ts';
import { now } from '../../core/composition/clock.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  EventsEnvironment,
  PurgeQueueEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(EventsEnvironment.shape).extend(PurgeQueueEnvironment.shape),
  process.env,
);

const table = composeTable(environment);

export const handler = createHandler(
  {
    readChange,
    readEmptiedCounter,
    readGone,
    purgeQueue: createPurgeQueue(composeSqs(), environment.PURGE_QUEUE_URL),
    batches: createBatchRecords(table),
    uploads: createUploadReader(table),
    now,
    publish: createEventsTopic(composeSns(), environment.EVENTS_TOPIC_ARN).publish,
    settle: createOutbox(table).settle,
  },
  createTelemetry('announce-changes'),
);
