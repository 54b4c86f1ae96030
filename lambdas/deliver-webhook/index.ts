import { createDeliveryAttempts } from '../../core/adapters/dynamodb/records/delivery-records.ts';
import { createWebhookRecords } from '../../core/adapters/dynamodb/records/webhook-records.ts';
import { createWebhookPoster } from '../../core/adapters/http/post-webhook.ts';
import { signWebhook } from '../../core/adapters/http/sign-webhook.ts';
import { createSecretOpener } from '../../core/adapters/kms/secret-box.ts';
import { createDeliveryQueue } from '../../core/adapters/sqs/delivery-queue.ts';
import { composeKms, composeSqs } from '../../core/composition/aws-clients.ts';
import { now } from '../../core/composition/clock.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  DeliveryEnvironment,
  DeliveryQueueEnvironment,
  TableEnvironment,
  WebhookSecretsEnvironment,
  WebhookUrlEnvironment,
} from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(DeliveryQueueEnvironment.shape)
    .extend(DeliveryEnvironment.shape)
    .extend(WebhookSecretsEnvironment.shape)
    .extend(WebhookUrlEnvironment.shape),
  process.env,
);
const table = composeTable(environment);
const timeoutSeconds = environment.WEBHOOK_TIMEOUT_SECONDS;

export const handler = createHandler(
  {
    // An attempt ends long before another may be made in its place.
    deliveries: createDeliveryAttempts(table, { leaseSeconds: 2 * timeoutSeconds + 30, now }),
    webhooks: createWebhookRecords(table, now),
    openSecret: createSecretOpener(composeKms(), environment.WEBHOOK_SECRETS_KEY_ID),
    sign: signWebhook,
    post: createWebhookPoster({
      policy: { loopbackAllowed: environment.WEBHOOK_LOOPBACK_ALLOWED },
      timeoutSeconds,
    }),
    deliveryQueue: createDeliveryQueue(composeSqs(), environment.DELIVERY_QUEUE_URL),
    schedule: { waitsSeconds: environment.WEBHOOK_SCHEDULE_SECONDS, random: Math.random },
    giveUpSeconds: environment.WEBHOOK_GIVE_UP_DAYS * 24 * 3600,
    now,
  },
  createTelemetry('deliver-webhook'),
);
