import { expect, it } from 'vitest';
import {
  createDeliveryAttempts,
  createDeliveryRecords,
} from '../../../../core/adapters/dynamodb/records/delivery-records.ts';
import { createWebhookRecords } from '../../../../core/adapters/dynamodb/records/webhook-records.ts';
import type { Principal } from '../../../../core/domain/entities/principal.ts';
import { deliverWebhook } from '../../../../core/domain/webhooks/deliver-webhook.ts';
import { replayDelivery, testWebhook } from '../../../../core/domain/webhooks/send-delivery.ts';
import { createMediaWorld } from '../../../helpers/memory-table/media-world.ts';

const SCHEDULE = [0, 5, 300];
const principal: Principal = { userId: 'usr_1', scopes: ['read', 'write'] };

/** A delivery of one webhook, whose endpoint answers with `httpStatus` and as much as is kept of an answer. */
async function createWorld(httpStatus: number) {
  const { table } = createMediaWorld();
  const world = { nowMs: Date.parse('2026-01-01T00:00:00.000Z'), posts: 0 };
  const now = () => new Date(world.nowMs);
  const webhooks = createWebhookRecords(table, now);
  const at = now().toISOString();
  await webhooks.create({
    id: 'whk_1',
    userId: 'usr_1',
    url: 'https://example.com/hook',
    events: [],
    status: 'enabled',
    secrets: [],
    createdAt: at,
    modifiedAt: at,
  });
  const deliveries = createDeliveryRecords(table, now);
  const deliveryQueue = { send: async () => undefined };
  const ports = { webhooks, deliveries, deliveryQueue, now };
  const { id } = await testWebhook('whk_1', principal, ports);
  const attempts = {
    ...ports,
    deliveries: createDeliveryAttempts(table, { leaseSeconds: 60, now }),
    openSecret: async () => '',
    sign: () => ({}),
    post: async () => {
      world.posts += 1;
      return { httpStatus, answer: '\ufffd'.repeat(1024), durationMs: 5 };
    },
    schedule: { waitsSeconds: SCHEDULE, random: () => 0 },
    giveUpSeconds: Number.POSITIVE_INFINITY,
  };
  const find = async () => {
    const found = await deliveries.find('whk_1', id);
    if (found === undefined) throw new Error('The delivery is gone.');
    return found;
  };
  return {
    world,
    find,
    replay: () => replayDelivery({ webhookId: 'whk_1', deliveryId: id }, principal, ports),
    /** Attempts until none is due any more. */
    async deliver() {
      for (let delivery = await find(); delivery.status === 'pending'; delivery = await find()) {
        world.nowMs = Math.max(world.nowMs, Date.parse(delivery.dueAt));
        await deliverWebhook({ webhookId: 'whk_1', deliveryId: id }, attempts);
      }
    },
  };
}

it('a delivery may be replayed as often as its owner likes, and is posted once each time', async () => {
  const { world, find, replay, deliver } = await createWorld(200);
  await deliver();
  for (let replays = 0; replays < 150; replays += 1) {
    await replay();
    await deliver();
  }

  expect(world.posts).toBe(151);
  const { status, attempts } = await find();
  expect({ status, attempts: attempts.length }).toEqual({ status: 'delivered', attempts: 51 });
});

it('each replay has the whole schedule before it, however many attempts came before', async () => {
  const { world, find, replay, deliver } = await createWorld(500);
  for (let replays = 0; replays < 30; replays += 1) {
    await deliver();
    await replay();
  }
  const before = world.posts;
  await deliver();

  expect(world.posts - before).toBe(SCHEDULE.length);
  expect((await find()).attempts).toHaveLength(50 + SCHEDULE.length);
});
