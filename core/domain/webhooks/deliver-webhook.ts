import type { DeliveryMessage } from '../../contracts/messages.ts';
import type { Delivery, DeliveryAttempt } from '../entities/delivery.ts';
import type { PostOutcome, PostWebhook } from '../entities/post-webhook.ts';
import type { Webhook, WebhookRepository } from '../entities/webhook.ts';
import type { DeliveryQueue } from './plan-deliveries.ts';
import { type RetrySchedule, readRetryAfter, waitAfter } from './retry-schedule.ts';

export interface DeliverWebhookPorts {
  readonly deliveries: {
    /**
     * Takes a pending delivery that is due, for as long as one attempt may take.
     * @returns undefined where there is nothing to do: it is done, not due yet, or somebody else has it.
     */
    claim(message: DeliveryMessage): Promise<Delivery | undefined>;
    /** Writes what became of it, unless somebody else has taken it over. */
    record(delivery: Delivery, next: Pick<Delivery, 'status' | 'attempts' | 'dueAt'>): Promise<void>;
  };
  readonly webhooks: Pick<WebhookRepository, 'find' | 'setFailingSince' | 'disable'>;
  readonly openSecret: (sealed: string, webhookId: string) => Promise<string>;
  /** The headers by which the receiver knows that a message is ours. */
  readonly sign: (message: SignedMessage, secrets: readonly string[]) => Record<string, string>;
  readonly post: PostWebhook;
  readonly deliveryQueue: DeliveryQueue;
  readonly schedule: RetrySchedule;
  /** How long a webhook may fail before it is disabled. */
  readonly giveUpSeconds: number;
  readonly now: () => Date;
}

export interface SignedMessage {
  readonly id: string;
  readonly timestamp: Date;
  readonly body: string;
}

/** The most that SQS holds a message back; the reconciler sends those that wait longer. */
export const LONGEST_DELAY_SECONDS = 900;
const GONE = 410;

/**
 * Makes one attempt of a delivery. The record is what counts and a message only a hint that it may be due, so
 * messages may come twice, late or never.
 * @returns what became of it, for the log.
 */
export async function deliverWebhook(
  message: DeliveryMessage,
  ports: DeliverWebhookPorts,
): Promise<'skipped' | 'undeliverable' | Delivery['status']> {
  const delivery = await ports.deliveries.claim(message);
  if (delivery === undefined) return 'skipped';
  const webhook = await ports.webhooks.find(delivery.userId, delivery.webhookId);
  if (webhook?.status !== 'enabled') {
    await ports.deliveries.record(delivery, { ...delivery, status: 'failed' });
    return 'undeliverable';
  }
  const timestamp = ports.now();
  const outcome = await call({ delivery, webhook, timestamp }, ports);
  const { retryAfter: _, ...facts } = outcome;
  const attempt: DeliveryAttempt = { at: timestamp.toISOString(), ...facts };
  const attempts = [...delivery.attempts, attempt];
  const status = await recordOutcome({ ...delivery, attempts }, outcome, ports);
  await noteHealth(webhook, outcome, ports);
  return status;
}

async function call(
  { delivery, webhook, timestamp }: { delivery: Delivery; webhook: Webhook; timestamp: Date },
  ports: DeliverWebhookPorts,
): Promise<PostOutcome> {
  const valid = webhook.secrets.filter(
    ({ expiresAt }) => expiresAt === undefined || Date.parse(expiresAt) > timestamp.getTime(),
  );
  const secrets = await Promise.all(valid.map(({ sealed }) => ports.openSecret(sealed, webhook.id)));
  const signature = ports.sign({ id: delivery.eventId, timestamp, body: delivery.body }, secrets);
  return ports.post({
    url: webhook.url,
    headers: { 'content-type': 'application/json', 'user-agent': 'Segmentry-Webhooks/1', ...signature },
    body: delivery.body,
  });
}

/** A redirect is a failure: it would lead to a URL that nobody has checked. */
const hasSucceeded = ({ httpStatus }: PostOutcome) =>
  httpStatus !== undefined && httpStatus >= 200 && httpStatus < 300;

async function recordOutcome(
  delivery: Delivery,
  outcome: PostOutcome,
  ports: DeliverWebhookPorts,
): Promise<Delivery['status']> {
  const now = ports.now();
  const made = delivery.attempts.length - delivery.earlierAttempts;
  const wait = waitAfter(made, ports.schedule, readRetryAfter(outcome.retryAfter, now));
  if (hasSucceeded(outcome) || outcome.httpStatus === GONE || wait === undefined) {
    const status = hasSucceeded(outcome) ? 'delivered' : 'failed';
    await ports.deliveries.record(delivery, { ...delivery, status });
    return status;
  }
  const dueAt = new Date(now.getTime() + wait * 1000).toISOString();
  await ports.deliveries.record(delivery, { ...delivery, status: 'pending', dueAt });
  if (wait <= LONGEST_DELAY_SECONDS) {
    await ports.deliveryQueue.send(delivery, Math.ceil(wait));
  }
  return 'pending';
}

async function noteHealth(webhook: Webhook, outcome: PostOutcome, ports: DeliverWebhookPorts): Promise<void> {
  const { failingSince } = webhook;
  if (hasSucceeded(outcome)) {
    if (failingSince !== undefined) await ports.webhooks.setFailingSince(webhook, undefined);
  } else if (outcome.httpStatus === GONE) {
    await ports.webhooks.disable(webhook, 'gone');
  } else if (failingSince === undefined) {
    await ports.webhooks.setFailingSince(webhook, ports.now().toISOString());
  } else if (ports.now().getTime() - Date.parse(failingSince) > ports.giveUpSeconds * 1000) {
    await ports.webhooks.disable(webhook, 'failing');
  }
}
