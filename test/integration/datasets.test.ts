import { randomInt, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { pathFrom } from '../helpers/api-client.ts';
import { makeImage } from '../helpers/make-image.ts';
import { signedInClient } from '../helpers/signed-in.ts';

const call = await signedInClient();

const create = async (tags: string[] = []) => {
  const { status, body } = await call('POST /v1/datasets', {
    json: { name: `Lunches ${randomUUID()}`, tags },
  });
  expect(status).toBe(201);
  return body;
};
const read = async (id: string) => (await call(`GET /v1/datasets/${id}`)).body;

describe('a dataset', () => {
  it('is made with a name and tags, and found at its location', async () => {
    const name = `Lunches ${randomUUID()}`;
    const made = await call('POST /v1/datasets', { json: { name, tags: ['2026', 'canteen', '2026'] } });
    expect(made.body).toMatchObject({
      name,
      tags: ['2026', 'canteen'],
      imageCount: 0,
      videoCount: 0,
      cost: 0,
    });
    const found = await call(`GET ${pathFrom('/v1/datasets', made)}`);
    expect(found.body).toEqual(made.body);
  });

  it('has a name of its own, however it is written', async () => {
    const { name } = await create();
    const again = await call('POST /v1/datasets', { json: { name: name.toUpperCase() } });
    expect(again).toMatchObject({ status: 409, body: { code: 'dataset_name_taken' } });
    const other = await create();
    const renamed = await call(`PATCH /v1/datasets/${other.id}`, { json: { name } });
    expect(renamed).toMatchObject({ status: 409, body: { code: 'dataset_name_taken' } });
    expect(await read(other.id)).toEqual(other);
  });

  it('of a name that two ask for at once is made for one of them', async () => {
    const name = `Race ${randomUUID()}`;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => call('POST /v1/datasets', { json: { name } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  it('is renamed, which frees its old name, and given other tags', async () => {
    const { id, name } = await create(['old']);
    const renamed = await call(`PATCH /v1/datasets/${id}`, { json: { name: `${name} b`, tags: ['new'] } });
    expect(renamed).toMatchObject({ status: 200, body: { id, name: `${name} b`, tags: ['new'] } });
    expect((await call('POST /v1/datasets', { json: { name } })).status).toBe(201);
    expect((await read(id)).name).toBe(`${name} b`);
  });

  it('is found by its name as by its id, in paths and in filters', async () => {
    const name = `Field ${randomInt(2 ** 24)} North`;
    const { body: dataset } = await call('POST /v1/datasets', { json: { name } });
    const path = `/v1/datasets/${encodeURIComponent(name.toLowerCase())}`;
    const image = await uploadImage();
    expect((await call(`PUT ${path}/images/${image}`)).status).toBe(204);
    expect((await call(`GET ${path}`)).body).toMatchObject({ id: dataset.id, imageCount: 1 });
    expect((await call(`GET ${path}/items`)).body.items).toMatchObject([{ type: 'image', id: image }]);
    for (const reference of [dataset.id, encodeURIComponent(name)]) {
      const { body } = await call(`GET /v1/images?dataset=${reference}`);
      expect(body.items.map(({ id }: { id: string }) => id)).toEqual([image]);
    }
    expect(await call('GET /v1/images?dataset=nowhere')).toMatchObject({
      status: 404,
      body: { code: 'dataset_not_found' },
    });
    expect((await call(`PATCH ${path}`, { json: { tags: ['a'] } })).body.tags).toEqual(['a']);
    expect((await call(`DELETE ${path}`)).status).toBe(204);
    expect((await call(`GET ${path}`)).status).toBe(404);
  });

  it('when deleted is gone, its name free, its images kept', async () => {
    const dataset = await create();
    const image = await uploadImage();
    await call(`PUT /v1/datasets/${dataset.id}/images/${image}`);
    expect((await call(`DELETE /v1/datasets/${dataset.id}`)).status).toBe(204);
    for (const route of ['GET', 'DELETE', 'PATCH'].map((method) => `${method} /v1/datasets/${dataset.id}`)) {
      expect(await call(route, route.startsWith('PATCH') ? { json: {} } : {})).toMatchObject({
        status: 404,
        body: { code: 'dataset_not_found' },
      });
    }
    expect((await call(`GET /v1/images/${image}`)).status).toBe(200);
    expect((await call('POST /v1/datasets', { json: { name: dataset.name } })).status).toBe(201);
  });

  it.each([
    ['no name', {}],
    ['a blank name', { name: '   ' }],
    ['an over-long name', { name: 'x'.repeat(101) }],
    ['a tag that is no text', { name: 'x', tags: [1] }],
    ['a field nobody knows', { name: 'x', colour: 'red' }],
  ])('with %s is refused', async (_, json) => {
    expect(await call('POST /v1/datasets', { json })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });
});

describe('the list of datasets', () => {
  it('comes newest first, page by page, each once', async () => {
    const made = [await create(), await create(), await create()];
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null && seen.length < 3) {
      const page = await call(`GET /v1/datasets?limit=1${next === '' ? '' : `&cursor=${next}`}`);
      seen.push(...page.body.items.map(({ id }: { id: string }) => id));
      next = page.body.next;
    }
    expect(seen).toEqual(made.map(({ id }) => id).reverse());
  });

  it.each(['cursor=none', 'limit=0', 'limit=101', 'limit=NaN'])('refuses ?%s', async (query) => {
    expect((await call(`GET /v1/datasets?${query}`)).status).toBe(400);
  });

  it('refuses a cursor of another list', async () => {
    const { id } = await create();
    await create();
    const { next } = (await call('GET /v1/datasets?limit=1')).body;
    expect(await call(`GET /v1/datasets/${id}/items?cursor=${next}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
  });
});

describe('images in a dataset', () => {
  let images: string[];
  beforeAll(async () => {
    images = [await uploadImage(), await uploadImage(), await uploadImage()];
  });

  it('are counted once each, however often and however simultaneously they are put in', async () => {
    const { id } = await create();
    const puts = images.flatMap((image) => Array(3).fill(`PUT /v1/datasets/${id}/images/${image}`));
    const answers = await Promise.all(puts.map((route) => call(route)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await read(id)).toMatchObject({ imageCount: 3, cost: 3 * 0.75 });
  });

  it('are listed with where they are, latest added first', async () => {
    const { id } = await create();
    for (const image of images) await call(`PUT /v1/datasets/${id}/images/${image}`);
    const { body } = await call(`GET /v1/datasets/${id}/items?limit=2`);
    expect(body.items).toMatchObject([
      { type: 'image', id: images[2], links: { self: `/v1/images/${images[2]}` } },
      { type: 'image', id: images[1] },
    ]);
    const rest = await call(`GET /v1/datasets/${id}/items?cursor=${body.next}`);
    expect(rest.body).toMatchObject({ items: [{ id: images[0] }], next: null });
  });

  it('go out again, and are not there a second time', async () => {
    const { id } = await create();
    const item = `/v1/datasets/${id}/images/${images[0]}`;
    await call(`PUT ${item}`);
    expect((await call(`DELETE ${item}`)).status).toBe(204);
    expect(await read(id)).toMatchObject({ imageCount: 0, cost: 0 });
    expect(await call(`DELETE ${item}`)).toMatchObject({ status: 404, body: { code: 'not_in_dataset' } });
  });

  it('must exist, as must the dataset', async () => {
    const { id } = await create();
    expect(await call(`PUT /v1/datasets/${id}/images/${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { code: 'image_not_found' },
    });
    expect(await call(`PUT /v1/datasets/ds_none/images/${images[0]}`)).toMatchObject({
      status: 404,
      body: { code: 'dataset_not_found' },
    });
  });
});

async function uploadImage(): Promise<string> {
  const bytes = await makeImage(randomInt(2 ** 24));
  const { body } = await call('POST /v1/images', { bytes, headers: { 'content-type': 'image/jpeg' } });
  return body.image.id;
}
