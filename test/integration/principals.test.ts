import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type ApiClient, createApiClient } from '../helpers/api-client.ts';
import { makeImage } from '../helpers/make-image.ts';
import { sendPresigned } from '../helpers/pipeline.ts';
import { prepareVideo } from '../helpers/prepare-video.ts';
import { signAccessToken } from '../helpers/sign-access-token.ts';
import { createTestAdmin, createTestUser } from '../helpers/signed-in.ts';
import { TINY_MANIFEST } from '../helpers/tiny-models.ts';

const deployment = inject('deployment');
const { apiUrl, models } = deployment;
const anonymous = createApiClient(apiUrl);
const bearer = (token: string | undefined) => createApiClient(apiUrl, { authorization: `Bearer ${token}` });

interface Operation {
  readonly tags: string[];
  readonly security?: unknown[];
}

/** Every route of the API's own document, so that a new one can't be forgotten. */
const { body: document } = await anonymous('GET /v1/openapi.json');
const routes = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
  ([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
);
const isPublic = ({ operation }: (typeof routes)[number]) => operation.security?.length === 0;
const isForAdmins = ({ operation }: (typeof routes)[number]) => operation.tags.includes('Administration');
/** Routes that name a thing of its owner's. */
const ofThings = routes.filter((each) => each.path.includes('{') && !isPublic(each) && !isForAdmins(each));

let owner: ApiClient;
let strangers: Record<'other user' | 'admin', ApiClient>;
let shutOut: Record<string, ApiClient>;
/** A thing of the owner's for each kind of path. */
let things: Record<string, string>;

beforeAll(async () => {
  const [own, other, admin, disabled] = await Promise.all([
    createTestUser(),
    createTestUser(),
    createTestAdmin(),
    createTestUser(),
  ]);
  await admin.call(`PATCH /v1/users/${disabled.id}`, { json: { disabled: true } });
  owner = own.call;
  strangers = { 'other user': other.call, admin: admin.call };
  const hourAgo = new Date(Date.now() - 3_600_000);
  const [expired, fresh] = await Promise.all(
    [hourAgo, new Date()].map((at) => signAccessToken(deployment, own, at)),
  );
  expect((await bearer(fresh)('GET /v1/users/me')).status).toBe(200);
  shutOut = {
    'an expired token': bearer(expired),
    anonymous,
    'a disabled user': disabled.call,
    'a forged token': bearer(`${own.accessToken.slice(0, -4)}AAAA`),
  };
  things = await makeThings(owner);
});

async function makeThings(call: ApiClient): Promise<Record<string, string>> {
  const { body } = await call(`POST /v1/images?models=${models[0]}`, {
    bytes: await makeImage(8001),
    headers: { 'content-type': 'image/jpeg' },
  });
  const upload = await sendPresigned(call, {
    bytes: await makeImage(8002),
    filename: 'a.jpg',
    contentType: 'image/jpeg',
  });
  const { body: dataset } = await call('POST /v1/datasets', { json: { name: `d ${randomUUID()}` } });
  const { body: apiKey } = await call('POST /v1/api-keys', { json: { name: 'k', scopes: ['read'] } });
  const { body: webhook } = await call('POST /v1/webhooks', {
    json: { url: 'http://127.0.0.1:9/', events: ['credits.low'] },
  });
  const { body: batch } = await call('POST /v1/batches', {
    json: { images: [body.image.id], models: models.slice(0, 1) },
  });
  const { video } = await prepareVideo(call, models[0]);
  const { body: delivery } = await call(`POST /v1/webhooks/${webhook.id}/test`);
  return {
    images: body.image.id,
    imageId: body.image.id,
    videos: video,
    videoId: video,
    jobs: body.jobs[0]?.id,
    batches: batch.id,
    uploads: upload.id,
    datasets: dataset.id,
    'api-keys': apiKey.id,
    webhooks: webhook.id,
    deliveryId: delivery.id,
  };
}

/** The path with the owner's things in it. */
const filled = (route: string) =>
  route.replace(
    /\/([a-z-]+)\/\{(\w+)\}/g,
    (_, kind, name) => `/${kind}/${things[name] ?? things[kind] ?? 'unknown'}`,
  );
/** Bodies of routes that look at theirs before they look at who asks. */
const BODIES: Record<string, object> = {
  'POST /v1/users/{id}/credits': { amount: 1 },
  'POST /v1/models': { ...TINY_MANIFEST, sizeBytes: 1 },
  'PUT /v1/models/{id}/versions/{version}/status': { status: 'disabled' },
};
const request = (call: ApiClient, route: string) =>
  call(filled(route), /^(POST|PUT|PATCH)/.test(route) ? { json: BODIES[route] ?? {} } : {});

it('knows every kind of thing that a route names', () => {
  const kinds = ofThings.flatMap(({ path }) =>
    [...path.matchAll(/\/([a-z-]+)\/\{id\}/g)].map((match) => match[1]),
  );
  const unknown = kinds.filter((kind) => !((kind as string) in things));
  expect(unknown.filter((kind) => kind !== 'models')).toEqual([]);
});

describe('shuts out', () => {
  it.each(routes.filter((each) => !isPublic(each)).map(({ route }) => route))('%s', async (route) => {
    for (const [who, call] of Object.entries(shutOut)) {
      const { status, body } = await request(call, route);
      expect({ who, status, code: body.code }).toEqual({
        who,
        status: 401,
        code: expect.stringMatching(/^(token_|account_disabled)/),
      });
    }
  });
});

describe('keeps from strangers, admins too', () => {
  it.each(ofThings.map(({ route }) => route).filter((route) => !route.includes('/models/')))(
    '%s',
    async (route) => {
      for (const [who, call] of Object.entries(strangers)) {
        const { status } = await request(call, route);
        // A body that is refused before the thing is looked for tells nothing of it either.
        expect({ who, status }).toEqual({ who, status: expect.toBeOneOf([404, 400]) });
      }
    },
  );
});

describe('is for admins only', () => {
  it.each(routes.filter(isForAdmins).map(({ route }) => route))('%s', async (route) => {
    const { status, body } = await request(strangers['other user'], route);
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'admin_only' });
  });
});

describe('shows its owner', () => {
  it.each(
    ofThings
      .map(({ route }) => route)
      .filter((route) => /^GET \S+\{id\}$/.test(route) && !route.includes('/models/')),
  )('%s', async (route) => {
    expect((await request(owner, route)).status).toBe(200);
  });
});
