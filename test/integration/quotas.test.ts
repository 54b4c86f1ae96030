import { randomInt } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { makeImage } from '../helpers/make-image.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const [model] = deployment.models;
const { dynamodb } = createAwsClients(deployment);
const { requestCount, openJobCount } = openTable(dynamodb, deployment.outputs.TableName).entities;

it('refuses what a user sends beyond the limit of the minute; others go on', async () => {
  const [flooding, other] = await Promise.all([createTestUser(), createTestUser()]);
  const minute = Math.floor(Date.now() / 60_000);
  // What other functions would have counted, for this minute and for the next, should it begin meanwhile.
  for (const each of [minute, minute + 1]) {
    const ttl = (each + 5) * 60;
    await requestCount.put({ userId: flooding.id, minute: each, requests: 1_000_000, ttl }).go();
  }
  let last = await flooding.call('GET /v1/models');
  // A process asks what the others have counted after a portion of its own.
  for (let sent = 0; last.status !== 429 && sent < 1000; sent++) last = await flooding.call('GET /v1/models');
  expect(last).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
  const retryAfter = Number(last.headers.get('retry-after'));
  expect(retryAfter).toBeGreaterThanOrEqual(1);
  expect(retryAfter).toBeLessThanOrEqual(60);
  expect((await other.call('GET /v1/models')).status).toBe(200);
});

it('refuses jobs that a user has no room for, until some have ended', async () => {
  const { call, id: userId } = await createTestUser();
  const image = async (query: string) =>
    call(`POST /v1/images${query}`, {
      bytes: await makeImage(randomInt(2 ** 24)),
      headers: { 'content-type': 'image/jpeg' },
    });
  const kept = await image('');
  await openJobCount.upsert({ userId, shard: 0 }).add({ openJobs: 1_000_000 }).go();
  const refusals = [
    await image(`?models=${model}`),
    await call('POST /v1/batches', { json: { images: [kept.body.image.id], models: [model] } }),
    await call('POST /v1/uploads', {
      json: { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 10, models: [model] },
    }),
  ];
  for (const refused of refusals) {
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_open_jobs' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect((await call('GET /v1/images')).body.items).toHaveLength(1);
  // Without jobs there is nothing to have room for.
  expect((await image('')).status).toBe(202);
  await openJobCount.upsert({ userId, shard: 0 }).add({ openJobs: -1_000_000 }).go();
  expect((await image(`?models=${model}`)).status).toBe(202);
});
