import { createDeliveryRecords } from '../../core/adapters/dynamodb/records/delivery-records.ts';
import { createWebhookRecords } from '../../core/adapters/dynamodb/records/webhook-records.ts';
import { createDeliveryQueue } from '../../core/adapters/sqs/delivery-queue.ts';
import { composeSqs } from '../../core/composition/aws-clients.ts';
import { now } from '../../core/composition/clock.ts';
import { composeTable } from '../../core/composition/table.ts';
import { DeliveryQueueEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.extend(DeliveryQueueEnvironment.shape), process.env);
const table = composeTable(environment);

export const handler = createHandler(
  {
    webhooks: createWebhookRecords(table, now),
    deliveries: createDeliveryRecords(table, now),
    deliveryQueue: createDeliveryQueue(composeSqs(), environment.DELIVERY_QUEUE_URL),
    now,
  },
  createTelemetry('plan-deliveries'),
);
