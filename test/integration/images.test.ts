import { createHash, randomInt, randomUUID } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import sharp from 'sharp';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import type { ApiClient } from '../helpers/api-client.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { countOpenJobs } from '../helpers/count-open-jobs.ts';
import { makeImage } from '../helpers/make-image.ts';
import { newJob } from '../helpers/new-job.ts';
import { pollUntil, sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const [model] = deployment.models;
const { dynamodb } = createAwsClients(deployment);
const table = openTable(dynamodb, deployment.outputs.TableName);
const newImage = () => makeImage(randomInt(1 << 24));
const upload = async (call: ApiClient, bytes: Uint8Array, query = '', filename = 'a.jpg') => {
  const { status, body } = await call(`POST /v1/images${query}`, {
    bytes,
    headers: { 'content-type': 'image/jpeg', 'x-filename': filename },
  });
  expect({ status, body }).toMatchObject({ status: 202 });
  return body.image;
};

let call: ApiClient;
beforeAll(async () => {
  call = (await createTestUser()).call;
});

describe('the same bytes', () => {
  it('are one image, however they come, found by their hash', async () => {
    const bytes = await newImage();
    const first = await upload(call, bytes);
    expect((await upload(call, bytes, '', 'again.jpg')).id).toBe(first.id);
    const sent = await sendPresigned(call, { bytes, filename: 'b.jpg', contentType: 'image/jpeg' });
    expect((await waitForEnd(call, `/v1/uploads/${sent.id}`)).images).toEqual([first.id]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect((await call(`GET /v1/images/${sha256}`)).body).toMatchObject({ id: first.id, sha256 });
  });

  it('sent many times at once are one image', async () => {
    const bytes = await newImage();
    const images = await Promise.all(Array.from({ length: 6 }, () => upload(call, bytes)));
    expect(new Set(images.map(({ id }) => id)).size).toBe(1);
  });

  it('of two users are two images', async () => {
    const bytes = await newImage();
    const { call: other } = await createTestUser();
    expect((await upload(other, bytes)).id).not.toBe((await upload(call, bytes)).id);
  });

  it('analysed again have one image with both jobs', async () => {
    const bytes = await newImage();
    const image = await upload(call, bytes, `?models=${model}`);
    await upload(call, bytes, `?models=${model}`);
    const { body } = await call(`GET /v1/images/${image.id}`);
    expect(body.jobs).toHaveLength(2);
  });

  it('analysed again have the result at once, directly and by a form', async () => {
    const bytes = await newImage();
    const first = await upload(call, bytes, `?models=${model}`);
    const [job] = (await call(`GET /v1/images/${first.id}`)).body.jobs;
    await waitForEnd(call, `/v1/jobs/${job.id}`);
    const again = await upload(call, bytes, `?models=${model}`);
    const file = { bytes, filename: 'c.jpg', contentType: 'image/jpeg', request: { models: [model] } };
    await waitForEnd(call, `/v1/uploads/${(await sendPresigned(call, file)).id}`);
    const { jobs } = (await call(`GET /v1/images/${again.id}`)).body;
    expect(jobs.map(({ attempts }: { attempts: number }) => attempts).sort()).toEqual([0, 0, 1]);
    const results = await Promise.all(
      jobs.map(async ({ links }: { links: { result: string } }) => (await call(`GET ${links.result}`)).body),
    );
    expect(results).toEqual([results[0], results[0], results[0]]);
  });
});

describe('images', () => {
  it('are listed newest first, a page at a time', async () => {
    const { call: own } = await createTestUser();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.unshift((await upload(own, await newImage())).id);
    const { body: first } = await own('GET /v1/images?limit=2');
    const { body: second } = await own(`GET /v1/images?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.next).toBeNull();
    expect(await call(`GET /v1/images?cursor=${first.next}`)).toMatchObject({ status: 400 });
  });

  it('are filtered by dataset, tag and type', async () => {
    const { call: own } = await createTestUser();
    const tag = randomUUID();
    const { body: dataset } = await own('POST /v1/datasets', { json: { name: 'lunch', tags: [tag] } });
    const inside = await upload(own, await newImage(), `?dataset=${dataset.id}`);
    const outside = await upload(own, await newImage());
    const listed = async (query: string) =>
      (await own(`GET /v1/images?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await listed(`dataset=${dataset.id}`)).toEqual([inside.id]);
    expect(await listed(`tag=${tag}`)).toEqual([inside.id]);
    expect(await listed('tag=unknown')).toEqual([]);
    expect(await listed('contentType=image/jpeg')).toEqual([outside.id, inside.id]);
    expect(await listed('contentType=image/png')).toEqual([]);
    expect((await own(`GET /v1/images/${inside.id}`)).body.datasets).toEqual([dataset.id]);
  });

  it('get another filename', async () => {
    const image = await upload(call, await newImage());
    const { status, body } = await call(`PATCH /v1/images/${image.id}`, { json: { filename: 'new.jpg' } });
    expect({ status, filename: body.filename }).toEqual({ status: 200, filename: 'new.jpg' });
    const { body: read } = await call(`GET /v1/images/${image.id}`);
    expect(read.filename).toBe('new.jpg');
    expect(read.modifiedAt > read.uploadedAt).toBe(true);
  });
});

describe('a deleted image', () => {
  it('is had small: a WebP that is made once, for its owner', async () => {
    const image = await upload(call, await newImage());
    const ask = (asker: ApiClient) => asker(`GET /v1/images/${image.id}/thumbnail.webp`);
    const [first, again] = [await ask(call), await ask(call)];
    expect([first.status, again.status]).toEqual([302, 302]);
    const file = await fetch(again.headers.get('location') as string);
    expect(file.headers.get('content-type')).toBe('image/webp');
    const small = await sharp(await file.arrayBuffer()).metadata();
    expect(small).toMatchObject({ format: 'webp', width: image.width, height: image.height });
    const { call: other } = await createTestUser();
    expect(await ask(other)).toMatchObject({ status: 404, body: { code: 'image_not_found' } });
  });

  it('is gone at once, its file and jobs soon after, and may be uploaded anew', async () => {
    const bytes = await newImage();
    const { body: dataset } = await call('POST /v1/datasets', { json: { name: `d ${randomUUID()}` } });
    const query = `&models=${model}`;
    const image = await upload(call, bytes, `?dataset=${dataset.id}${query}`);
    const [job] = (await call(`GET /v1/images/${image.id}`)).body.jobs;
    if (job !== undefined) await waitForEnd(call, job.links.self);
    const file = (await call(`GET /v1/images/${image.id}/file`)).headers.get('location') as string;
    expect((await call(`DELETE /v1/images/${image.id}`)).status).toBe(204);
    expect((await call(`GET /v1/images/${image.id}`)).status).toBe(404);
    await pollUntil(
      () => fetch(file),
      ({ status }) => status === 404,
    );
    if (job !== undefined) expect((await call(`GET ${job.links.self}`)).status).toBe(404);
    expect((await call(`GET /v1/datasets/${dataset.id}`)).body.imageCount).toBe(0);
    const again = await upload(call, bytes);
    expect(again.id).not.toBe(image.id);
    expect((await call(`GET /v1/images/${again.id}/file`)).status).toBe(302);
  });

  it.each(['queued', 'running'] as const)('takes a job that is %s with it', async (status) => {
    const { call, id: userId } = await createTestUser();
    const image = await upload(call, await newImage());
    const job = newJob(userId, { mediaId: image.id, status });
    await table.entities.job.create({ ...job, leaseUntil: Date.now() + 3_600_000 }).go();
    await table.entities.openJobCount.create({ userId, shard: 0, openJobs: 1 }).go();
    expect((await call(`GET /v1/images/${image.id}`)).body.jobs).toMatchObject([{ id: job.id, status }]);
    expect((await call(`DELETE /v1/images/${image.id}`)).status).toBe(204);
    await pollUntil(
      () => call(`GET /v1/jobs/${job.id}`),
      (answer) => answer.status === 404,
    );
    expect((await call(`GET /v1/jobs/${job.id}/result`)).status).toBe(404);
    expect(await countOpenJobs(table, userId)).toBe(0);
  });
});

describe('retention', () => {
  it('is told with the image, and an image whose time is over is gone', async () => {
    const { body: kept } = await call('POST /v1/images', {
      bytes: await newImage(),
      headers: { 'content-type': 'image/jpeg' },
    });
    expect(kept.image.expiresAt).toBeUndefined();
    const image = await upload(call, await newImage(), '?retentionDays=30');
    const days = (Date.parse(image.expiresAt) - Date.parse(image.uploadedAt)) / 86_400_000;
    expect(days).toBe(30);
    await expireNow(image.id);
    expect((await call(`GET /v1/images/${image.id}`)).status).toBe(404);
    expect((await call('GET /v1/images')).body.items.map(({ id }: { id: string }) => id)).not.toContain(
      image.id,
    );
  });
});

/** Puts an image's end into the past, as time would. */
async function expireNow(imageId: string): Promise<void> {
  await dynamodb.send(
    new UpdateCommand({
      TableName: deployment.outputs.TableName,
      Key: { pk: `$segmentry#id_${imageId}`, sk: '$image_1' },
      UpdateExpression: 'SET expiresAt = :past',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':past': '2020-01-01T00:00:00.000Z' },
    }),
  );
}
