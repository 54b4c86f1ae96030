import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { signWebhook } from '../../../../core/adapters/http/sign-webhook.ts';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const another = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const message = { id: 'evt_1', timestamp: new Date(), body: '{"type":"job.succeeded"}' };

it('signs id, seconds and body with HMAC-SHA256, as the specification says', () => {
  const headers = signWebhook(message, [secret]);
  const seconds = Math.floor(message.timestamp.getTime() / 1000);
  const digest = createHmac('sha256', Buffer.alloc(32, 1))
    .update(`evt_1.${seconds}.${message.body}`)
    .digest('base64');
  expect(headers).toEqual({
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${digest}`,
  });
});

it('is verified with any of several secrets, and with none else', () => {
  const headers = signWebhook(message, [secret, another]);
  for (const each of [secret, another]) {
    expect(new Webhook(each).verify(message.body, headers)).toEqual({ type: 'job.succeeded' });
  }
  const stranger = new Webhook(`whsec_${Buffer.alloc(32, 3).toString('base64')}`);
  expect(() => stranger.verify(message.body, headers)).toThrow();
  expect(() => new Webhook(secret).verify(`${message.body} `, headers)).toThrow();
});
