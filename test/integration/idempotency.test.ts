import { randomInt, randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { makeImage } from '../helpers/make-image.ts';
import { signedInClient } from '../helpers/signed-in.ts';

const call = await signedInClient();
const underKey = (key: string) => ({ 'idempotency-key': key });

it('makes one dataset of a request sent twice', async () => {
  const request = { json: { name: `Twice ${randomUUID()}` }, headers: underKey(randomUUID()) };
  const first = await call('POST /v1/datasets', request);
  const again = await call('POST /v1/datasets', request);
  expect(first.status).toBe(201);
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(again.headers.get('idempotency-replayed')).toBe('true');
});

it('makes one dataset of requests sent at once; the others learn to ask again', async () => {
  const request = { json: { name: `At once ${randomUUID()}` }, headers: underKey(randomUUID()) };
  const answers = await Promise.all(Array.from({ length: 6 }, () => call('POST /v1/datasets', request)));
  const made = answers.filter(({ status }) => status === 201);
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
  for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'request_still_running' });
  }
});

it('refuses another body under the same key', async () => {
  const headers = underKey(randomUUID());
  await call('POST /v1/datasets', { json: { name: `One ${randomUUID()}` }, headers });
  const other = await call('POST /v1/datasets', { json: { name: `Two ${randomUUID()}` }, headers });
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_mismatch' } });
});

it('lets a refused request be sent again once what stood in its way is gone', async () => {
  const { body: taken } = await call('POST /v1/datasets', { json: { name: `Taken ${randomUUID()}` } });
  const request = { json: { name: taken.name }, headers: underKey(randomUUID()) };
  expect((await call('POST /v1/datasets', request)).status).toBe(409);
  await call(`DELETE /v1/datasets/${taken.id}`);
  expect((await call('POST /v1/datasets', request)).status).toBe(201);
});

it('stores an image once that is sent twice', async () => {
  const bytes = await makeImage(randomInt(2 ** 24));
  const request = { bytes, headers: { 'content-type': 'image/jpeg', ...underKey(randomUUID()) } };
  const first = await call('POST /v1/images', request);
  const again = await call('POST /v1/images', request);
  expect(first.status).toBe(202);
  expect(again.body).toEqual(first.body);
});

it('makes one batch, one cancel and one retry of requests sent twice', async () => {
  const [model] = inject('deployment').models;
  const bytes = await makeImage(randomInt(2 ** 24));
  const { body } = await call('POST /v1/images', { bytes, headers: { 'content-type': 'image/jpeg' } });
  const { body: before } = await call('GET /v1/credits');
  const json = { images: [body.image.id], models: [model] };
  const request = { json, headers: underKey(randomUUID()) };
  const first = await call('POST /v1/batches', request);
  const again = await call('POST /v1/batches', request);
  expect(again).toMatchObject({ status: 202, body: first.body });
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  for (const action of ['cancel', 'retry']) {
    const steer = { headers: underKey(randomUUID()) };
    const steered = await call(`POST /v1/batches/${first.body.id}/${action}`, steer);
    const repeated = await call(`POST /v1/batches/${first.body.id}/${action}`, steer);
    expect(repeated).toMatchObject({ status: 202, body: steered.body });
    expect(repeated.headers.get('idempotency-replayed')).toBe('true');
  }
  const { body: after } = await call('GET /v1/credits');
  expect(before.balance - after.balance).toBeLessThanOrEqual(0.25);
});

it('asks for one upload that is asked for twice', async () => {
  const call = await signedInClient();
  const json = { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 10 };
  const request = { json, headers: underKey(randomUUID()) };
  const first = await call('POST /v1/uploads', request);
  const { body: held } = await call('GET /v1/credits');
  const again = await call('POST /v1/uploads', request);
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect((await call('GET /v1/credits')).body).toEqual(held);
});
