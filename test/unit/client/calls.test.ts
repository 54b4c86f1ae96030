import { expect, test } from 'vitest';
import { Segmentry, SegmentryError } from '../../../client/index.ts';
import { isRepeatable, type OperationName, ROUTES } from '../../../client/operations.ts';
import { honoursIdempotencyKey } from '../../../core/contracts/http/idempotency.ts';
import { problem, serveLoopback } from '../../helpers/loopback-api.ts';

test('exactly what the server gives no second answer for is not sent again', () => {
  const posts = Object.entries(ROUTES).filter(([, route]) => route.startsWith('POST '));
  expect(posts.length).toBeGreaterThan(15);
  for (const [name, route] of posts) {
    expect([name, isRepeatable(name as OperationName)]).toEqual([
      name,
      honoursIdempotencyKey('POST', route.slice(5)),
    ]);
  }
});

test('a request goes into the path, the query of a GET and the body of anything else', async () => {
  const { url, heard } = await serveLoopback(() => ({ json: { items: [], next: null } }));
  const { api } = new Segmentry({ url, apiKey: 'sk_1' });
  await api.listBatchJobs({ id: 'bat/1', limit: 5 });
  await api.changeUser({ id: 'usr_1', disabled: true });
  await api.uploadImage({
    file: new Blob(['x'], { type: 'image/png' }),
    filename: 'ähre.png',
    models: ['a', 'b@2'],
    options: { confidence: 0.5 },
  });
  expect(heard.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /v1/batches/bat%2F1/jobs',
    'PATCH /v1/users/usr_1',
    'POST /v1/images',
  ]);
  const [list, change, upload] = heard;
  expect(list?.query.get('limit')).toBe('5');
  expect(list?.headers.authorization).toBe('Bearer sk_1');
  expect(JSON.parse(String(change?.body))).toEqual({ disabled: true });
  expect(upload?.query.get('models')).toBe('a,b@2');
  expect(JSON.parse(upload?.query.get('options') ?? '')).toEqual({ confidence: 0.5 });
  expect(upload?.headers).toMatchObject({ 'content-type': 'image/png', 'x-filename': '%C3%A4hre.png' });
  expect(String(upload?.body)).toBe('x');
});

test.each(['', '.', '..'])('what would make a path another one is not asked for: %j', async (id) => {
  const { url, heard } = await serveLoopback(() => ({ status: 204 }));
  const { api } = new Segmentry({ url, apiKey: 'sk_1' });
  // It would delete the image.
  const imageId = 'e1f5c0de-0000-4000-8000-000000000000';
  await expect(api.removeDatasetImage({ id, imageId })).rejects.toMatchObject({ code: 'invalid_request' });
  expect(heard.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test.each([
  ['hung up on', { hangUp: true }],
  ['answered 503', problem(503, 'unavailable', {})],
  ['answered 429', { ...problem(429, 'too_many_requests'), headers: { 'retry-after': '0' } }],
  ['answered that the first still runs', problem(409, 'request_still_running')],
])('a request that is %s is sent again under the same key', async (_, failure) => {
  const { url, heard } = await serveLoopback((__, nth) =>
    nth < 3 ? failure : { status: 201, json: { id: 'ds_1' } },
  );
  const made = await new Segmentry({ url, apiKey: 'k' }).api.createDataset({ name: 'n' });
  expect(made.id).toBe('ds_1');
  const keys = heard.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
});

test('what makes a secret is not sent again when nobody knows whether it arrived', async () => {
  const { url, heard } = await serveLoopback(() => ({ hangUp: true }));
  const { api } = new Segmentry({ url, token: 't' });
  await expect(api.createApiKey({ name: 'n', scopes: ['read'] })).rejects.toMatchObject({
    code: 'network_failed',
  });
  expect(heard).toHaveLength(1);
});

test('a refusal has the code, the words, the fields and the price', async () => {
  const more = { errors: [{ path: 'a.0', message: 'No.' }], cost: 2, balance: 1 };
  const { url, heard } = await serveLoopback(() => problem(402, 'insufficient_credits', more));
  const failure = await new Segmentry({ url, apiKey: 'k' }).api.getMe().catch((error) => error);
  expect(failure).toBeInstanceOf(SegmentryError);
  expect(failure).toMatchObject({
    code: 'insufficient_credits',
    message: 'It is insufficient_credits.',
    status: 402,
    requestId: 'r-1',
    cost: 2,
    balance: 1,
    fields: more.errors,
  });
  expect(heard).toHaveLength(1);
});

test('a page of HTML from something on the way is a refusal too', async () => {
  const { url } = await serveLoopback(() => ({ status: 404, headers: { 'content-type': 'text/html' } }));
  await expect(new Segmentry({ url }).api.health()).rejects.toMatchObject({
    code: 'http_error',
    status: 404,
  });
});

test('a token that is refused is asked for once more', async () => {
  const { url, heard } = await serveLoopback(({ headers }) =>
    headers.authorization === 'Bearer new'
      ? { json: { balance: 3, available: 3 } }
      : problem(401, 'invalid_token'),
  );
  const token = (refused?: string) => (refused === 'old' ? 'new' : 'old');
  expect(await new Segmentry({ url, token }).api.getCredits()).toEqual({ balance: 3, available: 3 });
  expect(heard).toHaveLength(2);
});

test('an aborted request ends with the reason, also between two tries', async () => {
  const controller = new AbortController();
  const { url, heard } = await serveLoopback(() => {
    controller.abort(new Error('enough'));
    return problem(503, 'unavailable');
  });
  const call = new Segmentry({ url }).api.health({}, { signal: controller.signal });
  await expect(call).rejects.toThrow('enough');
  expect(heard).toHaveLength(1);
});

test('a list goes on from page to page as items are taken', async () => {
  const { url, heard } = await serveLoopback(({ query }) =>
    query.get('cursor') === null
      ? { json: { items: [1, 2], next: 'c' } }
      : { json: { items: [3], next: null } },
  );
  const items: unknown[] = [];
  for await (const item of new Segmentry({ url }).list('listImages', { tag: 'lab' })) items.push(item);
  expect(items).toEqual([1, 2, 3]);
  expect(heard.map(({ query }) => [query.get('tag'), query.get('cursor')])).toEqual([
    ['lab', null],
    ['lab', 'c'],
  ]);
});
