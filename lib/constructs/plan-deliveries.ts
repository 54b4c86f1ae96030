import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { DeliverWebhook } from './deliver-webhook.ts';
import type { EventsTopic } from './events-topic.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface PlanDeliveriesProps {
  readonly settings: Settings;
  readonly table: RecordsTable;
  readonly events: EventsTopic;
  readonly deliverWebhook: DeliverWebhook;
  readonly alarms: OperatorAlarms;
}

const TIMEOUT_SECONDS = 30;
/** Many: a message here is an event's only way to webhooks, and its content is never why a worker fails. */
const MAX_RECEIVES = 10;

/** Receives every event on the topic, and plans its deliveries to the webhooks that listen for it. */
export class PlanDeliveries extends Construct {
  constructor(scope: Construct, id: string, props: PlanDeliveriesProps) {
    super(scope, id);
    const { settings, table, events, deliverWebhook, alarms } = props;
    const published = new WorkQueue(this, 'Published', {
      visibilitySeconds: 6 * TIMEOUT_SECONDS,
      maxReceives: MAX_RECEIVES,
      alarms,
    });
    // Raw, so that the event's attributes are the message's.
    events.topic.addSubscription(
      new SqsSubscription(published.queue, {
        rawMessageDelivery: true,
        deadLetterQueue: published.deadLetters,
      }),
    );
    const plan = new SegmentryFunction(this, 'Function', {
      name: 'plan-deliveries',
      description: 'Finds the webhooks that an event goes to',
      memoryMb: 512,
      timeoutSeconds: TIMEOUT_SECONDS,
    });
    table.grantReadWrite(plan);
    deliverWebhook.grantSend(plan);
    published.feed(plan, { batchSize: 10, maxConcurrency: settings.deliveryConcurrency });
  }
}
