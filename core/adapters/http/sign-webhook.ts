import { Webhook } from 'standardwebhooks';
import type { SignedMessage } from '../../domain/webhooks/deliver-webhook.ts';

/** Signs as https://www.standardwebhooks.com says; with several secrets, so that any of them verifies. */
export function signWebhook(
  { id, timestamp, body }: SignedMessage,
  secrets: readonly string[],
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, timestamp, body)).join(' '),
  };
}
