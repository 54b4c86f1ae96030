import { Construct } from 'constructs';
import { BESIDES_THE_CALL_SECONDS } from '../check-settings.ts';
import type { Settings } from '../settings.ts';
import { differencesOf, readTarget } from '../target.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';
import { WorkQueue } from './work-queue.ts';

export interface DeliverWebhookProps {
  readonly settings: Settings;
  readonly table: RecordsTable;
  readonly webhookSecrets: WebhookSecrets;
  readonly alarms: OperatorAlarms;
}

/** Calls webhooks: the worker of the delivery queue. */
export class DeliverWebhook extends Construct {
  readonly deliveries: WorkQueue;
  readonly #secrets: WebhookSecrets;

  constructor(
    scope: Construct,
    id: string,
    { settings, table, webhookSecrets, alarms }: DeliverWebhookProps,
  ) {
    super(scope, id);
    this.#secrets = webhookSecrets;
    const timeoutSeconds = settings.webhookTimeoutSeconds + BESIDES_THE_CALL_SECONDS;
    this.deliveries = new WorkQueue(this, 'Deliveries', {
      visibilitySeconds: 6 * timeoutSeconds,
      maxReceives: settings.maxReceives,
      alarms,
    });
    const deliver = new SegmentryFunction(this, 'Function', {
      name: 'deliver-webhook',
      description: 'Calls webhooks with signed events, and retries until they answer',
      memoryMb: 512,
      timeoutSeconds,
      // Receivers are anywhere.
      callsInternet: true,
      environment: {
        WEBHOOK_SCHEDULE_SECONDS: settings.webhookScheduleSeconds.join(','),
        WEBHOOK_TIMEOUT_SECONDS: String(settings.webhookTimeoutSeconds),
        WEBHOOK_GIVE_UP_DAYS: String(settings.webhookGiveUpDays),
      },
    });
    allowWebhookUrls(deliver);
    table.grantReadWrite(deliver);
    this.#secrets.grantOpen(deliver);
    this.grantSend(deliver);
    this.deliveries.feed(deliver, { batchSize: 1, maxConcurrency: settings.deliveryConcurrency });
  }

  /** Lets `fn` make and change webhooks, and send a delivery by hand. */
  grantManage(fn: SegmentryFunction): void {
    allowWebhookUrls(fn);
    this.#secrets.grantSeal(fn);
    this.grantSend(fn);
  }

  grantSend(fn: SegmentryFunction): void {
    this.deliveries.grantSend(fn);
    fn.addEnvironment({ DELIVERY_QUEUE_URL: this.deliveries.queue.queueUrl });
  }
}

/** Tells a function which URLs webhooks may have. */
function allowWebhookUrls(fn: SegmentryFunction): void {
  const { loopbackWebhooks } = differencesOf(readTarget(fn));
  fn.addEnvironment({ WEBHOOK_LOOPBACK_ALLOWED: String(loopbackWebhooks) });
}
