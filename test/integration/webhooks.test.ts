import { PublishCommand } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { pathFrom } from '../helpers/api-client.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { makeImage } from '../helpers/make-image.ts';
import { pollUntil, sendPresigned } from '../helpers/pipeline.ts';
import { createTestUser } from '../helpers/signed-in.ts';
import {
  type ReceiverAnswer,
  startReceiver,
  verify,
  type WebhookReceiver,
} from '../helpers/webhook-receiver.ts';

const deployment = inject('deployment');
const { call, id: userId } = await createTestUser();
const { sns, dynamodb } = createAwsClients(deployment);
const table = openTable(dynamodb, deployment.outputs.TableName);
const [model] = deployment.models;

const receivers: WebhookReceiver[] = [];
const webhooks: string[] = [];
afterEach(async () => {
  for (const id of webhooks.splice(0)) await call(`DELETE /v1/webhooks/${id}`);
  for (const receiver of receivers.splice(0)) await receiver.stop();
});

async function receive(...[answer, port]: Parameters<typeof startReceiver>) {
  const receiver = await startReceiver(answer, port);
  receivers.push(receiver);
  return receiver;
}

async function listen(url: string, events: string[] = ['upload.*']) {
  const { body, status } = await call('POST /v1/webhooks', { json: { url, events } });
  expect({ status, body }).toMatchObject({ status: 201 });
  webhooks.push(body.id);
  return body as { id: string; secret: string; url: string };
}

let images = 5000;
async function upload(): Promise<string> {
  images += 1;
  const bytes = await makeImage(images);
  const { id } = await sendPresigned(call, { bytes, filename: 'dot.jpg', contentType: 'image/jpeg' });
  return id;
}

async function deliveryOf(webhookId: string, eventId: string | undefined) {
  const { body } = await call(`GET /v1/webhooks/${webhookId}/deliveries?limit=100`);
  return body.items.find((each: { eventId: string }) => each.eventId === eventId);
}

const untilDelivered = (webhookId: string, eventId: string | undefined, seconds = 30) =>
  pollUntil(
    () => deliveryOf(webhookId, eventId),
    (delivery) => delivery?.status === 'delivered',
    seconds,
  );

/** Answers in turn, then 204. */
const inTurn =
  (...answers: ReceiverAnswer[]) =>
  (_: unknown, earlier: readonly unknown[]) =>
    answers[earlier.length] ?? {};

/** Uploads, waits until `count` calls about it have come. @returns them. */
async function callsAboutUpload(receiver: WebhookReceiver, count: number, seconds = 30) {
  const id = await upload();
  await pollUntil(
    async () => receiver.callsAbout(id),
    (calls) => calls.length >= count,
    seconds,
  );
  return receiver.callsAbout(id);
}

describe('a webhook', () => {
  it('shows its secret once, and goes where and when it is told', async () => {
    const { url } = await receive();
    const made = await listen(url, ['job.*', 'credits.low']);
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = await call(`GET /v1/webhooks/${made.id}`);
    expect(shown.body).toMatchObject({
      id: made.id,
      url,
      events: ['job.*', 'credits.low'],
      status: 'enabled',
    });
    const { body: list } = await call('GET /v1/webhooks?limit=100');
    expect(list.items).toContainEqual(shown.body);
    expect(JSON.stringify([shown.body, list])).not.toContain('whsec_');
    expect(JSON.stringify([shown.body, list])).not.toContain('sealed');

    const changed = await call(`PATCH /v1/webhooks/${made.id}`, { json: { events: ['batch.finished'] } });
    expect(changed.body).toMatchObject({ url, events: ['batch.finished'] });
    expect((await call(`DELETE /v1/webhooks/${made.id}`)).status).toBe(204);
    expect(await call(`GET /v1/webhooks/${made.id}`)).toMatchObject({
      status: 404,
      body: { code: 'webhook_not_found' },
    });
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 422, 'webhook_url_refused'],
    ['https://10.0.0.1/', 422, 'webhook_url_refused'],
    ['https://example.com:22/', 422, 'webhook_url_refused'],
    ['', 400, 'invalid_request'],
  ])('may not go to %s', async (url, status, code) => {
    expect(await call('POST /v1/webhooks', { json: { url, events: ['job.*'] } })).toMatchObject({
      status,
      body: { code },
    });
    const { id } = await listen((await receive()).url);
    expect(await call(`PATCH /v1/webhooks/${id}`, { json: { url } })).toMatchObject({
      status,
      body: { code },
    });
  });

  it('refuses events that there are none of, and fields that it does not know', async () => {
    for (const json of [
      { url: 'https://example.com/', events: ['job.exploded'] },
      { url: 'https://example.com/', events: [] },
      { url: 'https://example.com/', events: ['job.*'], secret: 'mine' },
    ]) {
      expect(await call('POST /v1/webhooks', { json })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    }
  });
});

describe('a call', () => {
  it('tells of the end of a job, signed and short, with links', async () => {
    const receiver = await receive();
    const { id, secret } = await listen(receiver.url, ['job.succeeded']);
    const { body } = await call(`POST /v1/images?models=${model}`, {
      bytes: await makeImage(4999),
      headers: { 'content-type': 'image/jpeg' },
    });
    const [job] = body.jobs;
    await pollUntil(
      async () => receiver.callsAbout(job.id),
      (calls) => calls.length > 0,
    );
    const [told] = receiver.callsAbout(job.id);
    expect(told && verify(told, secret)).toMatchObject({
      type: 'job.succeeded',
      data: { id: job.id, status: 'succeeded', links: { result: job.links.result } },
    });
    expect(Buffer.byteLength(told?.body ?? '')).toBeLessThanOrEqual(20_000);
    expect((await call(`GET ${told?.event.data.links.result}`)).status).toBe(200);
    const delivery = await untilDelivered(id, told?.headers['webhook-id']);
    expect(delivery).toMatchObject({ event: 'job.succeeded', attempts: [{ httpStatus: 204, answer: '' }] });
    expect(receiver.callsAbout(job.id)).toHaveLength(1);
  });

  it('is made again until it succeeds, with the same id and the same bytes', async () => {
    const receiver = await receive(
      inTurn({ status: 500, body: 'no' }, { status: 503, body: 'not yet' }, { status: 404 }),
    );
    const { id, secret } = await listen(receiver.url);
    const calls = await callsAboutUpload(receiver, 4);
    expect(calls).toHaveLength(4);
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1);
    for (const each of calls) expect(() => verify(each, secret)).not.toThrow();
    const delivery = await untilDelivered(id, calls[0]?.headers['webhook-id']);
    expect(delivery.attempts).toMatchObject([
      { httpStatus: 500, answer: 'no' },
      { httpStatus: 503, answer: 'not yet' },
      { httpStatus: 404 },
      { httpStatus: 204 },
    ]);
    expect((await call(`GET /v1/webhooks/${id}`)).body).not.toHaveProperty('failingSince');
  });

  it('does not wait for ever, and does not follow redirects', async () => {
    const elsewhere = await receive();
    const receiver = await receive(
      inTurn({ hangs: true }, { status: 302, headers: { location: elsewhere.url } }),
    );
    const { id } = await listen(receiver.url);
    const calls = await callsAboutUpload(receiver, 3);
    const delivery = await untilDelivered(id, calls[0]?.headers['webhook-id']);
    expect(delivery.attempts).toMatchObject([
      { failure: 'timed_out' },
      { httpStatus: 302 },
      { httpStatus: 204 },
    ]);
    expect(elsewhere.calls).toEqual([]);
  });

  it('waits as long as Retry-After asks', async () => {
    const receiver = await receive(inTurn({ status: 429, headers: { 'retry-after': '4' } }));
    await listen(receiver.url);
    const [first, second] = await callsAboutUpload(receiver, 2);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(4000);
  });

  it('is signed with both secrets for a day after a rotation', async () => {
    const receiver = await receive();
    const { id, secret } = await listen(receiver.url);
    const { body: rotated } = await call(`POST /v1/webhooks/${id}/rotate-secret`);
    expect(rotated.secret).not.toBe(secret);
    const [told] = await callsAboutUpload(receiver, 1);
    expect(told && verify(told, secret)).toBeTruthy();
    expect(told && verify(told, rotated.secret)).toBeTruthy();
    expect(() => told && verify(told, `whsec_${Buffer.from('another secret').toString('base64')}`)).toThrow();
  });

  it('can be tried out', async () => {
    const receiver = await receive();
    const { id, secret } = await listen(receiver.url, ['credits.low']);
    const { status, body, headers } = await call(`POST /v1/webhooks/${id}/test`);
    expect(status).toBe(202);
    await untilDelivered(id, body.eventId);
    expect(receiver.calls).toHaveLength(1);
    expect(receiver.calls[0] && verify(receiver.calls[0], secret)).toMatchObject({ type: 'webhook.test' });
    expect((await call(`GET ${pathFrom(`/v1/webhooks/${id}/test`, { headers })}`)).body).toMatchObject({
      id: body.id,
      status: 'delivered',
    });
  });
});

describe('an endpoint', () => {
  it('that is gone is disabled, its owner told; enabled again, it gets what it missed by replay', async () => {
    const owner = await receive();
    await listen(owner.url, ['webhook.disabled']);
    const receiver = await receive(inTurn({ status: 410 }));
    const { id } = await listen(receiver.url);
    const [told] = await callsAboutUpload(receiver, 1);
    const disabled = await pollUntil(
      () => call(`GET /v1/webhooks/${id}`),
      ({ body }) => body.status === 'disabled',
    );
    expect(disabled.body).toMatchObject({ disabledReason: 'gone' });
    await pollUntil(
      async () => owner.callsAbout(id),
      (calls) => calls.length > 0,
    );
    expect(owner.callsAbout(id)[0]?.event).toMatchObject({
      type: 'webhook.disabled',
      data: { reason: 'gone' },
    });

    const delivery = await deliveryOf(id, told?.headers['webhook-id']);
    expect(delivery).toMatchObject({ status: 'failed', attempts: [{ httpStatus: 410 }] });
    const replay = `POST ${delivery.links.self}/replay`;
    expect(await call(replay)).toMatchObject({ status: 409, body: { code: 'webhook_disabled' } });
    const enabled = await call(`PATCH /v1/webhooks/${id}`, { json: { status: 'enabled' } });
    expect(enabled.body).toMatchObject({ status: 'enabled' });
    expect(enabled.body).not.toHaveProperty('disabledReason');
    expect((await call(replay)).status).toBe(202);
    const replayed = await untilDelivered(id, told?.headers['webhook-id']);
    expect(replayed.attempts).toMatchObject([{ httpStatus: 410 }, { httpStatus: 204 }]);
    expect(receiver.calls.map(({ headers }) => headers['webhook-id'])).toEqual([
      told?.headers['webhook-id'],
      told?.headers['webhook-id'],
    ]);
  });

  it('that has failed for days is disabled, its owner told, and is left alone from then on', async () => {
    const owner = await receive();
    await listen(owner.url, ['webhook.disabled', 'upload.*']);
    const receiver = await receive(() => ({ status: 500 }));
    const { id } = await listen(receiver.url);
    const failingSince = new Date(Date.now() - 6 * 24 * 3600 * 1000).toISOString();
    await table.entities.webhook.patch({ userId, id }).set({ failingSince }).go();
    await callsAboutUpload(receiver, 1);
    const told = await pollUntil(
      async () => owner.callsAbout(id),
      (calls) => calls.length > 0,
    );
    expect(told[0]?.event).toMatchObject({ type: 'webhook.disabled', data: { reason: 'failing' } });
    expect((await call(`GET /v1/webhooks/${id}`)).body).toMatchObject({
      status: 'disabled',
      disabledReason: 'failing',
      failingSince,
    });
    const [later] = await callsAboutUpload(owner, 1);
    expect(receiver.callsAbout(later?.event.data.id)).toEqual([]);
  });

  it('that its owner has disabled is left alone, without a word', async () => {
    const owner = await receive();
    await listen(owner.url, ['webhook.disabled', 'upload.*']);
    const receiver = await receive();
    const { id } = await listen(receiver.url);
    await call(`PATCH /v1/webhooks/${id}`, { json: { status: 'disabled' } });
    await callsAboutUpload(owner, 1);
    expect(receiver.calls).toEqual([]);
    expect(owner.callsAbout(id)).toEqual([]);
  });

  it('that is down while everything happens gets all of it once it is back', async () => {
    const before = await receive();
    const { id } = await listen(before.url);
    await before.stop();
    const uploads: string[] = [];
    for (let count = 0; count < 5; count += 1) uploads.push(await upload());
    await pollUntil(
      async () => (await call(`GET /v1/webhooks/${id}/deliveries`)).body.items,
      (items) =>
        items.length === uploads.length &&
        items.every((each: { attempts: unknown[] }) => each.attempts.length > 0),
    );
    expect((await call(`GET /v1/webhooks/${id}`)).body).toHaveProperty('failingSince');
    const back = await receive(undefined, before.port);
    await pollUntil(
      async () => new Set(back.calls.map(({ event }) => event.data.id)),
      (told) => uploads.every((each) => told.has(each)),
      60,
    );
    const { body } = await call(`GET /v1/webhooks/${id}/deliveries`);
    expect(body.items.map((each: { attempts: { failure?: string }[] }) => each.attempts[0]?.failure)).toEqual(
      uploads.map(() => 'connection_failed'),
    );
  });
});

it('an event that is published twice is told once', async () => {
  const receiver = await receive();
  const { id } = await listen(receiver.url);
  const [told] = await callsAboutUpload(receiver, 1);
  const eventId = told?.headers['webhook-id'];
  await untilDelivered(id, eventId);
  const attribute = (StringValue = '') => ({ DataType: 'String', StringValue });
  await sns.send(
    new PublishCommand({
      TopicArn: deployment.outputs.EventsTopicArn,
      Message: told?.body,
      MessageAttributes: { eventId: attribute(eventId), userId: attribute(userId) },
    }),
  );
  // Whatever the repeat would do comes before what is told after it.
  await callsAboutUpload(receiver, 1);
  expect(receiver.calls.filter(({ headers }) => headers['webhook-id'] === eventId)).toHaveLength(1);
});

it('lists deliveries newest event first, in pages', async () => {
  const receiver = await receive();
  const { id } = await listen(receiver.url);
  const uploads: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const [told] = await callsAboutUpload(receiver, 1);
    uploads.unshift(told?.headers['webhook-id'] ?? '');
  }
  const { body: first } = await call(`GET /v1/webhooks/${id}/deliveries?limit=2`);
  const { body: rest } = await call(`GET /v1/webhooks/${id}/deliveries?limit=2&cursor=${first.next}`);
  const eventIds = [...first.items, ...rest.items].map((each: { eventId: string }) => each.eventId);
  expect(eventIds).toEqual(uploads);
  expect(rest.next).toBeNull();
});
