import { expect, it } from 'vitest';
import { createWebhookRecords } from '../../../../core/adapters/dynamodb/records/webhook-records.ts';
import type { Delivery } from '../../../../core/domain/entities/delivery.ts';
import type { PostOutcome } from '../../../../core/domain/entities/post-webhook.ts';
import type { Principal } from '../../../../core/domain/entities/principal.ts';
import { deliverWebhook } from '../../../../core/domain/webhooks/deliver-webhook.ts';
import {
  changeWebhook,
  createWebhook,
  findWebhook,
} from '../../../../core/domain/webhooks/manage-webhooks.ts';
import { createMediaWorld } from '../../../helpers/memory-table/media-world.ts';

const DAY_MS = 24 * 3600 * 1000;
const principal: Principal = { userId: 'usr_1', scopes: ['read', 'write'] };

/** A webhook on a clock that moves when it is told to. */
async function createWorld() {
  const world = { nowMs: Date.parse('2026-01-01T00:00:00.000Z') };
  const now = () => new Date(world.nowMs);
  const webhooks = createWebhookRecords(createMediaWorld().table, now);
  const ports = {
    webhooks,
    sealSecret: async (secret: string) => secret,
    webhookUrls: { loopbackAllowed: false },
    now,
  };
  const { webhook } = await createWebhook(
    { url: 'https://old.example/', events: ['job.*'] },
    principal,
    ports,
  );
  const { id } = webhook;
  const delivery = { id: 'dlv_1', webhookId: id, userId: 'usr_1', attempts: [], earlierAttempts: 0 };
  return {
    world,
    find: () => findWebhook(id, principal, ports),
    change: (change: object) => changeWebhook(id, { change, principal }, ports),
    /** One attempt, in which `answer` comes after all that happens `meanwhile`. */
    attempt: (answer: Partial<PostOutcome>, meanwhile: () => Promise<unknown> = async () => {}) =>
      deliverWebhook(
        { webhookId: id, deliveryId: 'dlv_1' },
        {
          webhooks,
          deliveries: { claim: async () => delivery as unknown as Delivery, record: async () => {} },
          openSecret: async (sealed) => sealed,
          sign: () => ({}),
          post: async () => {
            await meanwhile();
            return { durationMs: 1, answer: '', ...answer };
          },
          deliveryQueue: { send: async () => {} },
          schedule: { waitsSeconds: [0, 5], random: () => 0 },
          giveUpSeconds: (5 * DAY_MS) / 1000,
          now,
        },
      ),
  };
}

const [FAILS, WORKS] = [{ httpStatus: 500 }, { httpStatus: 200 }];

it('a webhook that has failed for days stays where it answers another call meanwhile', async () => {
  const { world, find, attempt } = await createWorld();
  await attempt(FAILS);
  world.nowMs += 6 * DAY_MS;
  await attempt(FAILS, () => attempt(WORKS));
  expect(await find()).toMatchObject({ status: 'enabled' });
  await attempt(FAILS);
  world.nowMs += 6 * DAY_MS;
  await attempt(FAILS);
  expect(await find()).toMatchObject({ status: 'disabled', disabledReason: 'failing' });
});

it('another URL has its own days', async () => {
  const { world, find, change, attempt } = await createWorld();
  await attempt(FAILS);
  world.nowMs += 6 * DAY_MS;
  expect(await change({ url: 'https://new.example/' })).not.toHaveProperty('failingSince');
  await attempt(FAILS);
  expect(await find()).toMatchObject({ status: 'enabled', failingSince: '2026-01-07T00:00:00.000Z' });
});

it('what comes of a call to the URL before says nothing of the one that it has now', async () => {
  const { find, change, attempt } = await createWorld();
  await attempt(FAILS, () => change({ url: 'https://new.example/' }));
  expect(await find()).not.toHaveProperty('failingSince');
});

it('the same URL again, and another name for its events, change nothing of its health', async () => {
  const { find, change, attempt } = await createWorld();
  await attempt(FAILS);
  await change({ url: 'https://old.example/', events: ['batch.*'] });
  expect(await find()).toHaveProperty('failingSince');
});
