import { expect, it } from 'vitest';
import type { Delivery } from '../../../../core/domain/entities/delivery.ts';
import type { PostOutcome } from '../../../../core/domain/entities/post-webhook.ts';
import type { Webhook } from '../../../../core/domain/entities/webhook.ts';
import {
  type DeliverWebhookPorts,
  deliverWebhook,
} from '../../../../core/domain/webhooks/deliver-webhook.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const DAY_SECONDS = 24 * 3600;
const SCHEDULE = [0, 5, 300, 1800, 7200, 18_000, 36_000];

const webhook: Webhook = {
  id: 'whk_1',
  userId: 'usr_1',
  url: 'https://example.com/hook',
  events: ['job.*'],
  status: 'enabled',
  secrets: [{ sealed: 'new' }, { sealed: 'old', expiresAt: '2026-01-02T00:00:00.000Z' }],
  createdAt: '2026-01-01T00:00:00.000Z',
  modifiedAt: '2026-01-01T00:00:00.000Z',
};

/** A webhook whose answers are given in turn, on a clock that only moves when it is told to. */
function createWorld(answers: Partial<PostOutcome>[], changes: Partial<Webhook> = {}) {
  const world = {
    nowMs: START,
    webhook: { ...webhook, ...changes } as Webhook,
    delivery: {
      id: 'dlv_1',
      webhookId: 'whk_1',
      userId: 'usr_1',
      eventId: 'evt_1',
      type: 'job.succeeded',
      body: '{"type":"job.succeeded"}',
      status: 'pending',
      attempts: [],
      earlierAttempts: 0,
      dueAt: new Date(START).toISOString(),
      createdAt: new Date(START).toISOString(),
    } as Delivery,
    posted: [] as { headers: Readonly<Record<string, string>>; body: string }[],
    delays: [] as (number | undefined)[],
    /** Until the delivery is due. */
    passTime: () => {
      world.nowMs = Date.parse(world.delivery.dueAt);
    },
  };
  const ports: DeliverWebhookPorts = {
    deliveries: {
      claim: async () =>
        world.delivery.status === 'pending' && Date.parse(world.delivery.dueAt) <= world.nowMs
          ? world.delivery
          : undefined,
      record: async (_, { status, attempts, dueAt }) => {
        world.delivery = { ...world.delivery, status, attempts, dueAt };
      },
    },
    webhooks: {
      find: async () => world.webhook,
      setFailingSince: async (_, failingSince) => {
        const { failingSince: _before, ...rest } = world.webhook;
        world.webhook = failingSince === undefined ? rest : { ...rest, failingSince };
      },
      disable: async (_, disabledReason) => {
        world.webhook = { ...world.webhook, status: 'disabled', disabledReason };
      },
    },
    openSecret: async (sealed) => `opened ${sealed}`,
    sign: ({ id }, secrets) => ({ 'webhook-id': id, 'webhook-signature': secrets.join(' ') }),
    post: async ({ headers, body }) => {
      world.posted.push({ headers, body });
      return { durationMs: 3, answer: '', ...(answers[world.posted.length - 1] ?? { httpStatus: 500 }) };
    },
    deliveryQueue: { send: async (_, delaySeconds) => void world.delays.push(delaySeconds) },
    schedule: { waitsSeconds: SCHEDULE, random: () => 0 },
    giveUpSeconds: 5 * DAY_SECONDS,
    now: () => new Date(world.nowMs),
  };
  return { world, attempt: () => deliverWebhook({ webhookId: 'whk_1', deliveryId: 'dlv_1' }, ports) };
}

it('delivers at once where the webhook answers', async () => {
  const { world, attempt } = createWorld([{ httpStatus: 200, answer: 'thanks' }]);
  expect(await attempt()).toBe('delivered');
  expect(world.posted).toMatchObject([
    {
      body: '{"type":"job.succeeded"}',
      headers: { 'webhook-id': 'evt_1', 'content-type': 'application/json' },
    },
  ]);
  expect(world.delivery.attempts).toEqual([
    { at: '2026-01-01T00:00:00.000Z', httpStatus: 200, durationMs: 3, answer: 'thanks' },
  ]);
  expect(await attempt()).toBe('skipped');
});

it('tries at 0, 5 s, 5 min, 30 min, 2 h, 5 h and 10 h, and then has failed', async () => {
  const { world, attempt } = createWorld([]);
  const times: number[] = [];
  for (let made = 0; made < SCHEDULE.length; made += 1) {
    world.passTime();
    times.push(world.nowMs);
    expect(await attempt()).toBe(made === SCHEDULE.length - 1 ? 'failed' : 'pending');
    expect(await attempt()).toBe('skipped');
  }
  const waits = times.map((time, index) => (time - (times[index - 1] ?? START)) / 1000);
  expect(waits).toEqual(SCHEDULE);
  expect(world.delivery.attempts).toHaveLength(SCHEDULE.length);
  expect(new Set(world.posted.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['evt_1']));
});

it('sends a message for waits that SQS can hold, and leaves longer ones to the reconciler', async () => {
  const { world, attempt } = createWorld([]);
  for (const _ of SCHEDULE) {
    world.passTime();
    await attempt();
  }
  expect(world.delays).toEqual([5, 300]);
});

it.each([
  ['seconds', '120', 120],
  ['a date', 'Thu, 01 Jan 2026 00:02:00 GMT', 120],
  ['less than the schedule has', '1', 5],
  ['nonsense', 'soon', 5],
  ['more than a day', '999999999', DAY_SECONDS],
])('heeds Retry-After: %s', async (_, retryAfter, seconds) => {
  const { world, attempt } = createWorld([{ httpStatus: 503, retryAfter }]);
  await attempt();
  expect((Date.parse(world.delivery.dueAt) - START) / 1000).toBe(seconds);
});

it.each([301, 302, 307, 400, 404, 500])('takes %i as a failure', async (httpStatus) => {
  const { attempt } = createWorld([{ httpStatus }]);
  expect(await attempt()).toBe('pending');
});

it('takes no answer as a failure, and keeps why', async () => {
  const { world, attempt } = createWorld([{ failure: 'timed_out' }]);
  expect(await attempt()).toBe('pending');
  expect(world.delivery.attempts).toMatchObject([{ failure: 'timed_out' }]);
});

it('signs with each secret that is still valid', async () => {
  const { world, attempt } = createWorld([{ httpStatus: 500 }, { httpStatus: 200 }]);
  await attempt();
  world.delivery = { ...world.delivery, dueAt: '2026-01-02T00:00:01.000Z' };
  world.passTime();
  await attempt();
  expect(world.posted.map(({ headers }) => headers['webhook-signature'])).toEqual([
    'opened new opened old',
    'opened new',
  ]);
});

it('disables a webhook that says it is gone', async () => {
  const { world, attempt } = createWorld([{ httpStatus: 410 }]);
  expect(await attempt()).toBe('failed');
  expect(world.webhook).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
  expect(world.delays).toEqual([]);
});

it('disables a webhook that has failed for days, and not one that answered meanwhile', async () => {
  const longAgo = new Date(START - 5 * DAY_SECONDS * 1000 - 1).toISOString();
  const failing = createWorld([], { failingSince: longAgo });
  await failing.attempt();
  expect(failing.world.webhook).toMatchObject({ status: 'disabled', disabledReason: 'failing' });

  const answering = createWorld([{ httpStatus: 200 }], { failingSince: longAgo });
  await answering.attempt();
  expect(answering.world.webhook).toMatchObject({ status: 'enabled' });
  expect(answering.world.webhook).not.toHaveProperty('failingSince');
});

it('remembers since when a webhook fails', async () => {
  const { world, attempt } = createWorld([]);
  await attempt();
  world.passTime();
  await attempt();
  expect(world.webhook).toMatchObject({ status: 'enabled', failingSince: '2026-01-01T00:00:00.000Z' });
});

it('calls no webhook that is disabled', async () => {
  const { world, attempt } = createWorld([], { status: 'disabled' });
  expect(await attempt()).toBe('undeliverable');
  expect(world.posted).toEqual([]);
  expect(world.delivery.status).toBe('failed');
});

it('starts the schedule anew for what is sent again by hand', async () => {
  const { world, attempt } = createWorld([]);
  for (const _ of SCHEDULE) {
    world.passTime();
    await attempt();
  }
  world.delivery = { ...world.delivery, status: 'pending', earlierAttempts: SCHEDULE.length };
  expect(await attempt()).toBe('pending');
  expect((Date.parse(world.delivery.dueAt) - world.nowMs) / 1000).toBe(5);
  expect(world.delivery.attempts).toHaveLength(SCHEDULE.length + 1);
});
