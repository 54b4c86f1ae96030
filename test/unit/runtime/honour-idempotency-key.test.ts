import { createRoute } from '@hono/zod-openapi';
import { beforeEach, expect, it } from 'vitest';
import { UnusableImageError } from '../../../core/domain/entities/errors.ts';
import type {
  IdempotencyRecords,
  KeptAnswer,
  KeyedRequest,
} from '../../../core/domain/entities/idempotency.ts';
import type { RequestOrigin } from '../../../core/domain/entities/ids.ts';
import { fingerprintRequest } from '../../../core/runtime/fingerprint-request.ts';
import { honourIdempotencyKey } from '../../../core/runtime/honour-idempotency-key.ts';
import { createHttpApp } from '../../../core/runtime/http-app.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';

type Kept = KeyedRequest & { answer?: KeptAnswer; mayRepeat?: boolean };

function createMemory(): IdempotencyRecords & { kept: Map<string, Kept> } {
  const kept = new Map<string, Kept>();
  return {
    kept,
    take: async (request) => {
      const known = kept.get(request.id);
      if (known === undefined) {
        kept.set(request.id, { ...request });
        return { status: 'taken', origin: { id: request.id, isRepeat: false } };
      }
      if (known.mayRepeat === true && known.fingerprint === request.fingerprint) {
        kept.set(request.id, { ...request });
        return { status: 'taken', origin: { id: request.id, isRepeat: true } };
      }
      const { fingerprint, answer } = known;
      return answer === undefined
        ? { status: 'running', fingerprint }
        : { status: 'done', fingerprint, answer };
    },
    keep: async (request, answer) => void kept.set(request.id, { ...request, answer }),
    release: async ({ id }) => void kept.delete(id),
    allowRepeat: async (request) => void kept.set(request.id, { ...request, mayRepeat: true }),
  };
}

let records = createMemory();
let origins: (RequestOrigin | undefined)[] = [];
let calls = 0;
let userId = 'usr_1';
let hold: Promise<void> | undefined;

function createApp() {
  const app = createHttpApp({
    logger: Object.assign(createTelemetry('test').logger, { error: () => {} }),
    authenticate: async () => ({
      principal: { userId, scopes: ['read', 'write'] },
      prefetched: {},
    }),
  });
  app.use(honourIdempotencyKey(records));
  for (const path of ['/v1/things', '/v1/sessions', '/v1/webhooks/whk_1/rotate-secret']) {
    app.post(path, async (context) => {
      calls += 1;
      await hold;
      const form = context.req.header('content-type')?.startsWith('multipart/')
        ? await context.req.parseBody()
        : await context.req.json();
      context.header('location', `/v1/things/${calls}`);
      return context.json({ call: calls, form: Object.keys(form) }, 202);
    });
  }
  app.post('/v1/refused', () => {
    calls += 1;
    throw new UnusableImageError('damaged_image', 'The image is damaged.');
  });
  app.post('/v1/broken', (context) => {
    calls += 1;
    origins.push(context.get('origin'));
    throw new Error('disk full');
  });
  return app;
}

let app = createApp();
beforeEach(() => {
  records = createMemory();
  calls = 0;
  origins = [];
  userId = 'usr_1';
  hold = undefined;
  app = createApp();
});

const post = (path: string, body: string | FormData, key?: string) =>
  app.request(
    path,
    { method: 'POST', body, headers: key === undefined ? {} : { 'idempotency-key': key } },
    {},
  );
const problem = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as object),
});

it('gives the first answer again, with its location, and does the work once', async () => {
  const first = await post('/v1/things', '{"a":1}', 'k');
  const again = await post('/v1/things', '{"a":1}', 'k');
  expect(again.status).toBe(202);
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(await again.json()).toEqual(await first.json());
  expect(calls).toBe(1);
});

it('works again for another key, another user, and without a key', async () => {
  await post('/v1/things', '{}', 'k');
  await post('/v1/things', '{}', 'k2');
  await post('/v1/things', '{}');
  await post('/v1/things', '{}');
  userId = 'usr_2';
  await post('/v1/things', '{}', 'k');
  expect(calls).toBe(5);
});

it.each([
  ['body', '/v1/things', '{"a":2}'],
  ['query', '/v1/things?x=1', '{"a":1}'],
  ['path', '/v1/refused', '{"a":1}'],
])('refuses the key with another %s', async (_, path, body) => {
  await post('/v1/things', '{"a":1}', 'k');
  const answer = await problem(await post(path, body, 'k'));
  expect(answer).toMatchObject({ status: 422, code: 'idempotency_mismatch' });
  expect(calls).toBe(1);
});

it('tells a second request that the first is still running', async () => {
  let finish = () => {};
  hold = new Promise((resolve) => {
    finish = resolve;
  });
  const first = post('/v1/things', '{}', 'k');
  const second = await post('/v1/things', '{}', 'k');
  expect(second.headers.get('retry-after')).toBe('1');
  expect(await problem(second)).toMatchObject({ status: 409, code: 'request_still_running' });
  finish();
  expect((await first).status).toBe(202);
  expect((await post('/v1/things', '{}', 'k')).headers.get('idempotency-replayed')).toBe('true');
});

it('frees the key of a request that was refused', async () => {
  await post('/v1/refused', '{}', 'k');
  expect(records.kept.size).toBe(0);
  expect((await post('/v1/things', '{}', 'k')).status).toBe(202);
});

it('leaves the key of a request that failed to its repeats, which know what it chose', async () => {
  expect((await post('/v1/broken', '{}', 'k')).status).toBe(500);
  expect((await post('/v1/broken', '{}', 'k')).status).toBe(500);
  expect(origins).toEqual([
    { id: expect.any(String), isRepeat: false },
    { id: origins[0]?.id, isRepeat: true },
  ]);
  expect((await post('/v1/broken', '{"a":1}', 'k')).status).toBe(422);
});

it('takes a form sent twice as the same, though its boundary differs', async () => {
  const form = () => {
    const data = new FormData();
    data.append('image', new Blob([new Uint8Array([0, 13, 10, 255])]), 'a.jpg');
    return data;
  };
  const first = await post('/v1/things', form(), 'k');
  expect(await first.json()).toEqual({ call: 1, form: ['image'] });
  expect((await post('/v1/things', form(), 'k')).headers.get('idempotency-replayed')).toBe('true');
  const other = form();
  other.append('more', 'x');
  expect((await post('/v1/things', other, 'k')).status).toBe(422);
});

it.each(['/v1/sessions', '/v1/webhooks/whk_1/rotate-secret'])(
  'never keeps what holds a secret: %s',
  async (path) => {
    await post(path, '{}', 'k');
    await post(path, '{}', 'k');
    expect(calls).toBe(2);
    expect(records.kept.size).toBe(0);
  },
);

it('keeps neither the key nor what was sent', async () => {
  await post('/v1/things', '{"password":"hunter2"}', 'my-own-key');
  const [kept] = [...records.kept.entries()].map((entry) => JSON.stringify(entry));
  expect(kept).toBeDefined();
  expect(kept).not.toContain('hunter2');
  expect(kept).not.toContain('my-own-key');
});

it.each([
  ['with a space', 'a b'],
  ['too long', 'k'.repeat(256)],
])('refuses a key %s', async (_, key) => {
  expect(await problem(await post('/v1/things', '{}', key))).toMatchObject({
    status: 400,
    code: 'invalid_idempotency_key',
  });
  expect(calls).toBe(0);
});

it('keeps nothing of those who have not said who they are', async () => {
  const anonymous = createHttpApp({
    logger: createTelemetry('test').logger,
    authenticate: async () => {
      throw new Error('A public route asks for nobody.');
    },
  });
  anonymous.use(honourIdempotencyKey(records));
  const route = {
    method: 'post',
    path: '/v1/users',
    security: [],
    responses: { 200: { description: 'fine' } },
  };
  anonymous.openapi(createRoute(route as never), (context) => context.text('fine') as never);
  const answer = await anonymous.request(
    '/v1/users',
    { method: 'POST', body: '{}', headers: { 'idempotency-key': 'k' } },
    {},
  );
  expect(answer.status).toBe(200);
  expect(records.kept.size).toBe(0);
});

it.each([
  ['with the letter of the boundary elsewhere', 'a', 'xax', 'xx'],
  ['with what looks like a boundary within a line', 'a', 'x--ay', 'xy'],
  ['in other parts', 'b', 'one\r\n--btwo', 'o\r\n--bnetwo'],
])('takes forms for different that are so %s', (_, boundary, one, other) => {
  const facts = { method: 'POST', url: 'http://api/v1/images', filename: '' };
  const contentType = `multipart/form-data; boundary=${boundary}`;
  const [first, second] = [one, other].map(
    (body) =>
      fingerprintRequest(
        { key: 'k', userId: 'usr_1' },
        { ...facts, contentType },
        Buffer.from(`--${boundary}\r\n${body}\r\n--${boundary}--`),
      ).fingerprint,
  );
  expect(first).not.toBe(second);
});
