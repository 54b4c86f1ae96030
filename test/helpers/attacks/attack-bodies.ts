import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { makeImage } from '../make-image.ts';
import { createTestAdmin, createTestUser, type TestUser } from '../signed-in.ts';
import { TINY_MANIFEST } from '../tiny-manifest.ts';
import { playAttacks, someOf } from './play-attacks.ts';

/** What nobody may say of themselves or their things, as values that can be found again. */
const ADDED: Record<string, unknown> = {
  role: 'admin',
  isAdmin: true,
  disabled: false,
  passwordHash: 'ATTACK',
  emailVerified: true,
  userId: 'usr_ATTACK',
  owner: 'usr_ATTACK',
  id: 'ATTACK',
  sha256: 'ATTACK',
  balance: 987_654_321,
  credits: 987_654_321,
  cost: -987_654_321,
  price: 0,
  createdAt: '1999-01-01T00:00:00.000Z',
  expiresAt: '2999-01-01T00:00:00.000Z',
  objectKey: 'models/ATTACK',
  ttl: 1,
  __edb_e__: 'user',
  pk: '$segmentry#id_usr_1',
  sk: '$user_1',
  gsi1pk: '$segmentry',
  constructor: { prototype: { role: 'admin' } },
  secret: 'whsec_ATTACK',
  jobs: ['ATTACK'],
};

/** Numbers and words of ours in an answer: something was taken over. */
const TAKEN_OVER = /ATTACK|987654321|1999-01-01|2999-01-01/;

interface Row {
  readonly call: ApiClient;
  readonly target: string;
  readonly json: object;
}

/** Every route that takes JSON, with a body that it takes. */
async function makeRows(user: TestUser, admin: TestUser): Promise<Record<string, Row>> {
  const [model] = inject('deployment').models;
  const anonymous = createApiClient(inject('deployment').apiUrl);
  const bytes = await makeImage(9100);
  const { body } = await user.call('POST /v1/images', { bytes, headers: { 'content-type': 'image/jpeg' } });
  const { body: dataset } = await user.call('POST /v1/datasets', { json: { name: randomUUID() } });
  const webhook = { url: 'http://127.0.0.1:9/', events: ['credits.low'] };
  const { body: made } = await user.call('POST /v1/webhooks', { json: webhook });
  const password = 'four unrelated words';
  const of = (
    call: ApiClient,
    route: string,
    json: object,
    values: Record<string, string> = {},
  ): [string, Row] => [
    route,
    {
      call,
      json,
      target: Object.entries(values).reduce((path, [name, value]) => path.replace(`{${name}}`, value), route),
    },
  ];
  return Object.fromEntries([
    of(user.call, 'PATCH /v1/images/{id}', { filename: 'b.jpg' }, { id: body.image.id }),
    of(user.call, 'PATCH /v1/videos/{id}', { filename: 'b.mp4' }, { id: randomUUID() }),
    of(user.call, 'POST /v1/uploads', {
      kind: 'image',
      filename: 'a.jpg',
      contentType: 'image/jpeg',
      sizeBytes: 9,
    }),
    of(user.call, 'POST /v1/batches', { images: [body.image.id], models: [model] }),
    of(user.call, 'POST /v1/datasets', { name: 'd' }),
    of(user.call, 'PATCH /v1/datasets/{id}', { tags: ['t'] }, { id: dataset.id }),
    of(user.call, 'POST /v1/webhooks', webhook),
    of(user.call, 'PATCH /v1/webhooks/{id}', { events: ['job.failed'] }, { id: made.id }),
    of(user.call, 'POST /v1/api-keys', { name: 'k', scopes: ['read'] }),
    of(user.call, 'PATCH /v1/users/me', { username: 'u' }),
    of(user.call, 'DELETE /v1/users/me', { currentPassword: 'not mine' }),
    of(anonymous, 'POST /v1/users', { email: 'x', password, passwordConfirmation: password }),
    of(anonymous, 'POST /v1/sessions', { email: user.email, password: user.password }),
    of(anonymous, 'POST /v1/sessions/refresh', { refreshToken: 'rt_x' }),
    of(
      anonymous,
      'POST /v1/password-resets/{token}',
      { password, passwordConfirmation: password },
      { token: 'x' },
    ),
    of(admin.call, 'POST /v1/models', { ...TINY_MANIFEST, id: 'attacked', sizeBytes: 1 }),
    of(
      admin.call,
      'PUT /v1/models/{id}/versions/{version}/status',
      { status: 'available' },
      { id: 'none', version: '1' },
    ),
    of(admin.call, 'POST /v1/users/{id}/credits', { amount: 0.001 }, { id: user.id }),
    of(admin.call, 'PATCH /v1/users/{id}', { role: 'user' }, { id: user.id }),
  ]);
}

/** Fields that a route has itself: said by whoever may say them. */
const OWN_FIELDS =
  /^(PATCH \/v1\/users\/\{id\} (role|disabled)|POST \/v1\/api-keys expiresAt|POST \/v1\/models (id|sha256))$/;

/** Bodies with more than a route asks for. */
export function attackBodies(): void {
  it('nobody says of themselves what others decide, by any body', async () => {
    const [user, admin] = [await createTestUser(), await createTestAdmin()];
    const rows = await makeRows(user, admin);
    const { body: document } = await createApiClient(inject('deployment').apiUrl)('GET /v1/openapi.json');
    type Item = Record<string, { requestBody?: { content: Record<string, unknown> } }>;
    const taking = Object.entries(document.paths as Record<string, Item>).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(
          ([, { requestBody }]) => requestBody !== undefined && 'application/json' in requestBody.content,
        )
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    expect(Object.keys(rows).sort()).toEqual(taking.sort());
    const attacks = Object.fromEntries(
      Object.entries(rows).flatMap(([route, row]) =>
        Object.entries(ADDED)
          .filter(([field]) => !OWN_FIELDS.test(`${route} ${field}`))
          .map(
            ([field, value]) =>
              [
                `${route} ${field}`,
                { ...row, json: withField(route, row.json, { [field]: value }) },
              ] as const,
          ),
      ),
    );
    await playAttacks(
      'API3 object property level authorization',
      someOf(attacks),
      async ({ call, target, json }) => {
        const { status, body } = await call(target, { json });
        if (status >= 500) return String(status);
        return status < 300 && TAKEN_OVER.test(JSON.stringify(body)) ? JSON.stringify(body) : undefined;
      },
    );
    const { body: me } = await user.call('GET /v1/users/me');
    const { body: credits } = await user.call('GET /v1/credits');
    const after = { role: me.role, id: me.id, isRich: credits.balance > 2000 };
    await playAttacks(
      'API3 object property level authorization',
      { 'all of them together': after },
      async () =>
        JSON.stringify(after) === JSON.stringify({ role: 'user', id: user.id, isRich: false })
          ? undefined
          : JSON.stringify(after),
    );
  });

  describe('JSON', () => {
    it('that is deep, wide or none is refused, and nothing breaks', async () => {
      const { call } = await createTestUser();
      const targets = {
        'POST /v1/datasets': call,
        'POST /v1/sessions': createApiClient(inject('deployment').apiUrl),
      };
      const attacks = Object.fromEntries(
        Object.entries(targets).flatMap(([route, each]) =>
          Object.entries(ODD_JSON).map(
            ([name, text]) => [`${route}: ${name}`, { route, each, text }] as const,
          ),
        ),
      );
      await playAttacks('API4 resource consumption', someOf(attacks), async ({ route, each, text }) => {
        const { status } = await each(route, {
          bytes: Buffer.from(text()),
          headers: { 'content-type': 'application/json' },
        });
        return status >= 400 && status < 500 ? undefined : String(status);
      });
      expect((await call('GET /v1/users/me')).status).toBe(200);
    });
  });
}

/** A registration needs an address of its own each time. */
const withField = (route: string, json: object, field: object) => ({
  ...json,
  ...(route === 'POST /v1/users' && { email: `${randomUUID()}@example.org` }),
  ...field,
});

const DEPTH = 100_000;
const ODD_JSON: Record<string, () => string | Uint8Array> = {
  'lists within one another': () => '['.repeat(DEPTH) + ']'.repeat(DEPTH),
  'objects within one another': () => `${'{"name":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`,
  'a deep field': () => `{"name":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`,
  'lists that never end': () => '['.repeat(DEPTH),
  'a hundred thousand fields': () =>
    JSON.stringify(Object.fromEntries(Array.from({ length: DEPTH }, (_, each) => [`f${each}`, each]))),
  'a hundred thousand tags': () => JSON.stringify({ name: 'd', email: 1, tags: Array(DEPTH).fill('t') }),
  'a word of four megabytes': () => JSON.stringify({ name: 'x'.repeat(4_000_000), email: 'x'.repeat(10) }),
  'a number of a hundred thousand digits': () => `{"name":${'9'.repeat(DEPTH)},"email":1}`,
  'a number beyond all': () => '{"name":1e99999,"email":1e99999}',
  'no number': () => '{"name":NaN}',
  'its prototype': () => '{"__proto__":{"name":"d","email":"a@b.c","password":"x"}}',
  'the same field twice': () => '{"name":"a","name":7,"email":"a@b.c","email":7}',
  'a comment': () => '{"name":"a"/* */,"email":1}',
  'a list': () => '[{"name":"a"}]',
  'a text': () => '"name"',
  null: () => 'null',
  nothing: () => '',
  'bytes that are no UTF-8': () => Buffer.from('7b226e616d65223a22ff', 'hex'),
  'UTF-16': () => Buffer.from('{"name":"a"}', 'utf16le'),
  XML: () => '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><name>&a;</name>',
  'a zero byte': () => '{"name":"a\u0000"}\u0000',
  YAML: () => 'name: !!js/function "function(){}"',
};
