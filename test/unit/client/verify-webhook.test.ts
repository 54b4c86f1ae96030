import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { verifyWebhook } from '../../../client/index.ts';

const secret = `whsec_${Buffer.from('a secret of 24 bytes or so').toString('base64')}`;
const body = JSON.stringify({
  type: 'job.succeeded',
  timestamp: '2026-01-01T00:00:00Z',
  data: { id: 'job_1', status: 'succeeded' },
});

function signedCall(at = new Date()) {
  return {
    body,
    secret,
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': `v1,AAAA ${new Webhook(secret).sign('msg_1', at, body)}`,
    },
  };
}

test('a call as the specification signs it is taken, by either kind of headers', async () => {
  const call = signedCall();
  expect(await verifyWebhook(call)).toEqual(JSON.parse(body));
  expect(await verifyWebhook({ ...call, headers: new Headers(call.headers) })).toEqual(JSON.parse(body));
});

const hourAgo = new Date(Date.now() - 3_600_000);
test.each([
  ['another body', { ...signedCall(), body: `${body} ` }],
  ['another secret', { ...signedCall(), secret: `whsec_${Buffer.from('another').toString('base64')}` }],
  ['an old call', signedCall(hourAgo)],
  ['a call without a signature', { ...signedCall(), headers: {} }],
  [
    'a signature that is no base64',
    { ...signedCall(), headers: { ...signedCall().headers, 'webhook-signature': 'v1,??' } },
  ],
])('%s is refused', async (_, call) => {
  await expect(verifyWebhook(call)).rejects.toMatchObject({ code: 'invalid_signature' });
});
