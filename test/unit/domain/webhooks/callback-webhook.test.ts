import { expect, it } from 'vitest';
import type { Principal } from '../../../../core/domain/entities/principal.ts';
import type { Webhook } from '../../../../core/domain/entities/webhook.ts';
import { resolveCallbackWebhook } from '../../../../core/domain/webhooks/callback-webhook.ts';

const URL_GIVEN = 'https://example.com/hook';
const principal: Principal = { userId: 'usr_1', scopes: ['write'] };

const webhook = (id: string, changes: Partial<Webhook> = {}): Webhook => ({
  id,
  userId: 'usr_1',
  url: URL_GIVEN,
  events: ['job.*'],
  status: 'enabled',
  secrets: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  modifiedAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});

async function name(url: string, own: readonly Webhook[]) {
  const made: Webhook[] = [];
  const id = await resolveCallbackWebhook(url, principal, {
    webhooks: { listOfUser: async () => [...own], create: async (each) => void made.push(each) },
    sealSecret: async (secret, webhookId) => `sealed for ${webhookId}: ${secret.length}`,
    webhookUrls: { loopbackAllowed: false },
    now: () => new Date('2026-01-02T00:00:00.000Z'),
  });
  return { id, made };
}

it('makes a webhook that listens for nothing else', async () => {
  const { id, made } = await name(URL_GIVEN, [webhook('whk_1', { url: 'https://example.com/other' })]);
  expect(made).toMatchObject([{ id, userId: 'usr_1', url: URL_GIVEN, events: [], status: 'enabled' }]);
  expect(made[0]?.secrets).toEqual([{ sealed: expect.stringContaining(id) }]);
});

it('takes the webhook that has the URL, however it is written, and an enabled one before others', async () => {
  const own = [webhook('whk_1', { status: 'disabled' }), webhook('whk_2')];
  expect(await name('HTTPS://Example.com:443/hook', own)).toEqual({ id: 'whk_2', made: [] });
});

it.each([
  ['disabled', URL_GIVEN, [webhook('whk_1', { status: 'disabled' })], 'Webhook whk_1 is disabled'],
  [
    'one more than there may be',
    'https://example.com/new',
    Array.from({ length: 20 }, (_, index) => webhook(`whk_${index}`)),
    'You have 20 webhooks',
  ],
  ['inside the network', 'https://10.1.2.3/', [], 'cannot be called'],
])('refuses one that is %s', async (_, url, own, words) => {
  await expect(name(url, own)).rejects.toThrow(words);
});
