import { SQSClient } from '@aws-sdk/client-sqs';
import { createDeliveryRecords } from '../../core/adapters/dynamodb/records/delivery-records.ts';
import { createWebhookRecords } from '../../core/adapters/dynamodb/records/webhook-records.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createDeliveryQueue } from '../../core/adapters/sqs/delivery-queue.ts';
import { DeliveryQueueEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.extend(DeliveryQueueEnvironment.shape), process.env);
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const now = () => new Date();

export const handler = createHandler(
  {
    webhooks: createWebhookRecords(table, now),
    deliveries: createDeliveryRecords(table, now),
    deliveryQueue: createDeliveryQueue(new SQSClient({}), environment.DELIVERY_QUEUE_URL),
    now,
  },
  createTelemetry('plan-deliveries'),
);
