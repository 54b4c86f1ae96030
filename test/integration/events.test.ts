import { afterEach, describe, expect, inject, it } from 'vitest';
import { spendAllBut } from '../helpers/credits.ts';
import { type EventListener, hearEvents } from '../helpers/hear-events.ts';
import { makeImage } from '../helpers/make-image.ts';
import { pollUntil, sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { createTestUser, type TestUser } from '../helpers/signed-in.ts';
import { startReceiver, verify, type WebhookReceiver } from '../helpers/webhook-receiver.ts';

const { models } = inject('deployment');

const receivers: WebhookReceiver[] = [];
const listeners: EventListener[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.stop();
  for (const listener of listeners.splice(0)) await listener.stop();
});

async function receive(): Promise<WebhookReceiver> {
  const receiver = await startReceiver();
  receivers.push(receiver);
  return receiver;
}

async function hear(filter: Record<string, readonly string[]>): Promise<EventListener> {
  const listener = await hearEvents(filter);
  listeners.push(listener);
  return listener;
}

const listen = async ({ call }: TestUser, url: string, events: string[]) =>
  (await call('POST /v1/webhooks', { json: { url, events } })).body as { id: string; secret: string };

let images = 0;
const upload = async ({ call }: TestUser, query = '') => {
  images += 1;
  const { body } = await call(`POST /v1/images${query}`, {
    bytes: await makeImage(60_000 + images),
    headers: { 'content-type': 'image/jpeg' },
  });
  return body;
};

const sendImage = async ({ call }: TestUser, bytes: Uint8Array, request = {}) =>
  sendPresigned(call, { bytes, filename: 'a.jpg', contentType: 'image/jpeg', request });

const untilTold = (receiver: WebhookReceiver, id: string) =>
  pollUntil(
    async () => receiver.callsAbout(id),
    (calls) => calls.length > 0,
    60,
  );

const typesOf = (receiver: WebhookReceiver) => receiver.calls.map(({ event }) => event.type as string);

describe('a webhook hears of', () => {
  it.each([
    ['job.*', ['job.succeeded', 'job.canceled']],
    ['job.succeeded', ['job.succeeded']],
    ['batch.*', ['batch.finished']],
    ['batch.finished', ['batch.finished']],
    ['upload.*', ['upload.finished', 'upload.failed']],
    ['upload.failed', ['upload.failed']],
    ['credits.low', ['credits.low']],
  ])('%s: %j and nothing else', async (pattern, expected) => {
    const user = await createTestUser();
    const everything = await receive();
    const one = await receive();
    await listen(user, everything.url, ['job.*', 'batch.*', 'upload.*', 'credits.low']);
    const { secret } = await listen(user, one.url, [pattern]);

    const { image, jobs } = await upload(user, `?models=${models[0]}`);
    await untilTold(everything, jobs[0].id);
    const { body: canceled } = await user.call('POST /v1/batches', {
      json: { images: [image.id], models: [models[1]] },
    });
    await user.call(`POST /v1/batches/${canceled.id}/cancel`);
    await untilTold(everything, canceled.id);
    const good = await sendImage(user, await makeImage(61_000 + images));
    const bad = await sendImage(user, Buffer.from('no image'));
    await untilTold(everything, good.id);
    await untilTold(everything, bad.id);
    await spendAllBut(1, user);
    await untilTold(everything, user.id);

    const wanted = everything.calls.filter(({ event }) => expected.includes(event.type));
    for (const { event } of wanted) await untilTold(one, event.data.id);
    for (const type of typesOf(one)) expect(expected).toContain(type);
    for (const each of one.calls) expect(() => verify(each, secret)).not.toThrow();
    expect(wanted).not.toEqual([]);
    const heard = new Set(typesOf(everything));
    for (const type of [
      'job.succeeded',
      'batch.finished',
      'upload.finished',
      'upload.failed',
      'credits.low',
    ]) {
      expect(heard).toContain(type);
    }
  });
});

describe('what is told', () => {
  it('of uploads, batches and credits has links and facts', async () => {
    const user = await createTestUser();
    const receiver = await receive();
    await listen(user, receiver.url, ['batch.*', 'upload.*', 'credits.low']);
    const { image } = await upload(user);
    const { body: batch } = await user.call('POST /v1/batches', {
      json: { images: [image.id], models: [models[0], models[1]] },
    });
    const good = await sendImage(user, await makeImage(62_000));
    const bad = await sendImage(user, Buffer.from('no image either'));
    await spendAllBut(2, user);
    const told = async (id: string) => (await untilTold(receiver, id))[0]?.event;
    expect(await told(batch.id)).toMatchObject({
      type: 'batch.finished',
      data: {
        status: 'finished',
        counts: { queued: 0, running: 0, succeeded: 2, failed: 0, canceled: 0 },
        links: { self: `/v1/batches/${batch.id}`, results: `/v1/batches/${batch.id}/results` },
      },
    });
    const links = (id: string) => ({ self: `/v1/uploads/${id}` });
    expect(await told(good.id)).toMatchObject({
      type: 'upload.finished',
      data: { status: 'done', links: links(good.id) },
    });
    expect(await told(bad.id)).toMatchObject({
      type: 'upload.failed',
      data: { status: 'failed', links: links(bad.id) },
    });
    expect(await told(user.id)).toMatchObject({
      type: 'credits.low',
      data: { status: 'low', links: { self: '/v1/credits' } },
    });
  });
});

describe('a URL that is named for one thing', () => {
  it('hears of that batch and of no other, signed with a secret that its owner can have', async () => {
    const user = await createTestUser();
    const receiver = await receive();
    const other = await receive();
    await listen(user, other.url, ['batch.*']);
    const { image } = await upload(user);
    const make = (json: object) => user.call('POST /v1/batches', { json: { images: [image.id], ...json } });
    const { body: named, status } = await make({ models: [models[0]], webhook: receiver.url });
    expect({ status, named }).toMatchObject({
      status: 202,
      named: { webhook: expect.stringMatching(/^whk_/) },
    });
    const { body: plain } = await make({ models: [models[1]] });
    expect(plain).not.toHaveProperty('webhook');
    expect((await user.call(`GET /v1/batches/${named.id}`)).body.webhook).toBe(named.webhook);
    expect((await user.call(`GET /v1/webhooks/${named.webhook}`)).body).toMatchObject({
      url: receiver.url,
      events: [],
      status: 'enabled',
    });
    await untilTold(other, named.id);
    await untilTold(other, plain.id);
    await untilTold(receiver, named.id);
    expect(receiver.calls.map(({ event }) => event.data.id)).toEqual([named.id]);

    const { body: rotated } = await user.call(`POST /v1/webhooks/${named.webhook}/rotate-secret`);
    const { body: again } = await make({ models: [...models], webhook: receiver.url });
    expect(again.webhook).toBe(named.webhook);
    const [call] = await untilTold(receiver, again.id);
    expect(call && verify(call, rotated.secret)).toMatchObject({ type: 'batch.finished' });
  });

  it('that a webhook has already is that webhook, with its secret, whatever it listens for', async () => {
    const user = await createTestUser();
    const receiver = await receive();
    const { id, secret } = await listen(user, receiver.url, ['credits.low']);
    const { body } = await user.call('POST /v1/batches', {
      json: { images: [(await upload(user)).image.id], models: [models[0]], webhook: receiver.url },
    });
    expect(body.webhook).toBe(id);
    const [call] = await untilTold(receiver, body.id);
    expect(call && verify(call, secret)).toMatchObject({ type: 'batch.finished' });
    await user.call(`PATCH /v1/webhooks/${id}`, { json: { status: 'disabled' } });
    const refused = await user.call('POST /v1/batches', {
      json: { images: [(await upload(user)).image.id], models: [models[0]], webhook: receiver.url },
    });
    expect(refused).toMatchObject({ status: 409, body: { code: 'webhook_disabled' } });
  });

  it('hears of an upload too', async () => {
    const user = await createTestUser();
    const receiver = await receive();
    const { id, form } = await sendImage(user, await makeImage(63_000), { webhook: receiver.url });
    expect(form.webhook).toMatch(/^whk_/);
    await waitForEnd(user.call, `/v1/uploads/${id}`);
    expect((await untilTold(receiver, id))[0]?.event).toMatchObject({ type: 'upload.finished' });
    expect(receiver.calls).toHaveLength(1);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://0x7f000001/',
    'https://user@example.com/',
    'https://example.com:22/',
  ])('may not be %s', async (webhook) => {
    const user = await createTestUser();
    const { image } = await upload(user);
    const refused = { status: 422, body: { code: 'webhook_url_refused' } };
    const json = { images: [image.id], models: [models[0]], webhook };
    expect(await user.call('POST /v1/batches', { json })).toMatchObject(refused);
    const file = { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 10 };
    expect(await user.call('POST /v1/uploads', { json: { ...file, webhook } })).toMatchObject(refused);
    expect((await user.call('GET /v1/webhooks')).body.items).toEqual([]);
  });
});

it('subscribers of the topic filter by type, status, model and user', async () => {
  const [user, other] = [await createTestUser(), await createTestUser()];
  const userId = [user.id, other.id];
  const all = await hear({ userId });
  const filtered = [
    await hear({ userId, type: ['job.succeeded'], model: [models[0]] }),
    await hear({ userId, status: ['done'] }),
    await hear({ userId: [other.id] }),
  ];
  const { jobs } = await upload(user, `?models=${models.join(',')}`);
  const { id } = await sendImage(user, await makeImage(64_000));
  const { jobs: others } = await upload(other, `?models=${models[0]}`);
  const ids = [...jobs.map((job: { id: string }) => job.id), id, others[0].id];
  const idsOf = ({ heard }: EventListener) => new Set(heard.map(({ event }) => event.data.id));
  await pollUntil(
    async () => idsOf(all),
    (heard) => ids.every((each) => heard.has(each)),
    60,
  );
  const ofFirst = jobs.find(({ model }: { model: string }) => model.startsWith(`${models[0]}@`)).id;
  const expected = [new Set([ofFirst, others[0].id]), new Set([id]), new Set([others[0].id])];
  await pollUntil(
    async () => filtered.map(idsOf),
    (heard) => heard.every((each, index) => each.size >= (expected[index]?.size ?? 0)),
  );
  expect(filtered.map(idsOf)).toEqual(expected);
  const attributes = all.heard.map(({ id: eventId }) => eventId);
  for (const eventId of attributes) expect(eventId).toMatch(/^evt_[0-9a-f]{32}$/);
});
