import { expect, it } from 'vitest';
import { createWebhookRecords } from '../../../../core/adapters/dynamodb/records/webhook-records.ts';
import type { Principal } from '../../../../core/domain/entities/principal.ts';
import {
  createWebhook,
  findWebhook,
  rotateSecret,
} from '../../../../core/domain/webhooks/manage-webhooks.ts';
import { createMediaWorld } from '../../../helpers/memory-table/media-world.ts';

const HOUR_MS = 3600 * 1000;
const principal: Principal = { userId: 'usr_1', scopes: ['read', 'write'] };

/** A webhook of a user, on a clock that moves when it is told to. */
async function createWorld() {
  const world = { nowMs: Date.parse('2026-01-01T00:00:00.000Z') };
  const now = () => new Date(world.nowMs);
  const webhooks = createWebhookRecords(createMediaWorld().table, now);
  const ports = {
    webhooks,
    sealSecret: async (secret: string, owner: string) => `${secret} of ${owner}`,
    webhookUrls: { loopbackAllowed: false },
    now,
  };
  const made = await createWebhook({ url: 'https://example.com/hook', events: ['job.*'] }, principal, ports);
  const { id } = made.webhook;
  return {
    world,
    ports,
    id,
    secret: made.secret,
    rotate: async (name = id) => (await rotateSecret(name, principal, ports)).secret,
    /** Those that sign now. */
    async signing() {
      const { secrets } = await findWebhook(id, principal, ports);
      return secrets.flatMap(({ sealed, expiresAt = '9' }) =>
        expiresAt > now().toISOString() ? sealed : [],
      );
    },
  };
}

it('a secret signs for a day after its successor, however often that is replaced', async () => {
  const { world, id, secret, rotate, signing } = await createWorld();
  const lost = await rotate();
  world.nowMs += HOUR_MS;
  const known = await rotate();
  expect(await signing()).toEqual([`${known} of ${id}`, `${lost} of ${id}`, `${secret} of ${id}`]);
  world.nowMs += 23 * HOUR_MS;
  expect(await signing()).toEqual([`${known} of ${id}`, `${lost} of ${id}`]);
  world.nowMs += HOUR_MS;
  expect(await signing()).toEqual([`${known} of ${id}`]);
});

it('secrets that are asked for at once all sign: whoever was given one can verify', async () => {
  const { id, secret, rotate, signing } = await createWorld();
  const given = [secret, ...(await Promise.all([rotate(), rotate(), rotate()]))];
  expect((await signing()).sort()).toEqual(given.map((each) => `${each} of ${id}`).sort());
});

it('a secret is sealed for the webhook’s own id, however the id was written', async () => {
  const { id, rotate, signing } = await createWorld();
  const fresh = await rotate(id.toUpperCase());
  expect((await signing())[0]).toBe(`${fresh} of ${id}`);
});

it('rotations without end leave a record that can be read and signed with', async () => {
  const { rotate, signing } = await createWorld();
  let last = '';
  for (let times = 0; times < 30; times += 1) last = await rotate();
  const secrets = await signing();
  expect(secrets[0]).toContain(last);
  expect(secrets).toHaveLength(10);
});
