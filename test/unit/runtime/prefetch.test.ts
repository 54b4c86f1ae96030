import { createRoute, z } from '@hono/zod-openapi';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Prefetched, PrefetchKeys } from '../../../core/domain/request/prefetch.ts';
import { createHttpApp } from '../../../core/runtime/http-app.ts';
import { NotPrefetchedError, prefetching } from '../../../core/runtime/prefetch.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';

const route = (path: string, security?: []) =>
  createRoute({
    method: 'get',
    path,
    ...(security && { security }),
    request: {
      params: z.object({ id: z.string() }),
      query: z.object({ dataset: z.string().optional() }),
    },
    responses: { 200: { description: 'fine' } },
  });
const job = route('/jobs/{id}');
const made = createRoute({
  method: 'post',
  path: '/made',
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: z.strictObject({ dataset: z.string() }) } },
    },
  },
  responses: { 200: { description: 'fine' } },
});
const careless = route('/careless/{id}');
const open = route('/open/{id}', []);

let asked: (PrefetchKeys | undefined)[] = [];
beforeEach(() => {
  asked = [];
});

const app = createHttpApp({
  logger: createTelemetry('test').logger,
  authenticate: async (_, wanted) => {
    asked.push(wanted);
    return {
      principal: { userId: 'usr_1', scopes: ['read', 'write'] },
      prefetched: { openJobs: 7 },
    };
  },
});
// As idempotency keys do: the body is still there for who comes later.
app.use(async (context, next) => {
  await context.req.raw.clone().arrayBuffer();
  await next();
});
app.openapi(
  prefetching(made, ({ body }) => ({ dataset: body.dataset, openJobs: true })),
  (context) => context.json(context.req.valid('json')),
);
app.openapi(
  prefetching(job, ({ params, query }) => ({
    job: params.id,
    dataset: query.dataset,
    openJobs: query.models === undefined ? undefined : true,
  })),
  (context) => context.json({ openJobs: context.get('prefetched').openJobs }),
);
app.openapi(
  prefetching(open, () => ({ openJobs: true })),
  (context) => context.text('fine'),
);
let refusal: unknown;
app.openapi(
  prefetching(careless, ({ params }) => ({ job: params.id })),
  (context) => {
    const prefetched = context.get('prefetched') as Prefetched;
    expect(prefetched.job).toBeUndefined();
    try {
      prefetched.openJobs;
    } catch (error) {
      refusal = error;
    }
    return context.text('fine');
  },
);

it('refuses to read what the route does not declare, though it be there', async () => {
  expect((await app.request('/careless/job_1', {}, {})).status).toBe(200);
  expect(refusal).toBeInstanceOf(NotPrefetchedError);
  expect(refusal).toMatchObject({ message: expect.stringContaining('"openJobs"') });
});

it('asks for what the path and the query name, decoded, and hands on what there is', async () => {
  const response = await app.request('/jobs/job%5F1?dataset=ds%20x', {}, {});
  expect(asked).toEqual([{ job: 'job_1', dataset: 'ds x' }]);
  expect(await response.json()).toEqual({ openJobs: 7 });
});

it.each([
  ['is longer than any id', `/jobs/${'x'.repeat(129)}`],
  ['is of no route', '/jobs/'],
])('asks for nothing that %s', async (_, path) => {
  await app.request(path, {}, {});
  expect(Object.values(asked[0] ?? {}).filter((value) => value !== undefined)).toEqual([]);
});

it('is told of a text too long for an id, which may be a list of them', async () => {
  await app.request(`/jobs/job_1?models=${'model,'.repeat(40)}`, {}, {});
  expect(asked).toEqual([{ job: 'job_1', openJobs: true }]);
});

it.each([
  ['{"dataset": "ds_1"}', 200, 'ds_1'],
  ['{"dataset": 3}', 400, undefined],
  ['["ds_1"]', 400, undefined],
  ['null', 400, undefined],
  ['{"dataset', 400, undefined],
])('reads the body %s before its route does', async (body, status, dataset) => {
  const headers = { 'content-type': 'application/json' };
  const response = await app.request('/made', { method: 'POST', body, headers }, {});
  expect(response.status).toBe(status);
  expect(asked).toEqual([{ openJobs: true, dataset }]);
});

it('takes a path as it is where it can not be decoded', async () => {
  await app.request('/jobs/%E0%A4%A', {}, {});
  expect(asked).toEqual([{ job: '%E0%A4%A' }]);
});

it('asks nobody who is there on a public route', async () => {
  expect((await app.request('/open/1', {}, {})).status).toBe(200);
  expect(asked).toEqual([]);
});

it('parses a body once, for what it prefetches and for the handler', async () => {
  const parse = vi.spyOn(JSON, 'parse');
  const body = JSON.stringify({ dataset: 'parsed-once' });
  const headers = { 'content-type': 'application/json' };
  const answer = await app.request('/made', { method: 'POST', headers, body }, {});
  expect([answer.status, asked]).toEqual([200, [{ dataset: 'parsed-once', openJobs: true }]]);
  expect(parse.mock.calls.filter(([text]) => String(text).includes('parsed-once'))).toHaveLength(1);
});
