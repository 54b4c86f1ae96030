import { createRoute, z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import { createHttpApp } from '../../../core/runtime/http-app.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';

const PAGE = 'https://app.example.org';
const app = createHttpApp({
  logger: Object.assign(createTelemetry('test').logger, { error: () => {}, info: () => {} }),
  corsOrigins: [PAGE],
  authenticate: async () => ({ principal: { userId: 'usr_1', scopes: ['read', 'write'] }, prefetched: {} }),
});
app.openapi(
  createRoute({
    method: 'post',
    path: '/v1/things',
    request: { body: { content: { 'application/json': { schema: z.object({}) } } } },
    responses: { 202: { description: 'taken' } },
  }),
  (context) => context.json({}, 202, { location: '/v1/jobs/3', 'retry-after': '1' }),
);
app.openapi(
  createRoute({ method: 'get', path: '/v1/jobs/3', responses: { 200: { description: 'fine' } } }),
  (context) => context.json({ status: 'succeeded' }),
);

const listOf = (value: string | null) => (value ?? '').split(',').map((each) => each.trim().toLowerCase());
/** Which a browser shows to every page. */
const ALWAYS_SHOWN = [
  'cache-control',
  'content-language',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
];

/** `fetch` as browsers let a page call another origin: asked for first, and seen as far as the answer allows. */
function browse(origin: string) {
  return async (url: URL, init: { method: string; headers: Record<string, string>; body?: string }) => {
    const ask = (more: RequestInit) => app.request(url.pathname, more, {});
    const wanted = Object.keys(init.headers).map((name) => name.toLowerCase());
    const preflight = await ask({
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': init.method,
        'access-control-request-headers': wanted.join(','),
      },
    });
    const may = (name: string) => listOf(preflight.headers.get(`access-control-allow-${name}`));
    const isAllowed =
      preflight.ok &&
      may('origin').includes(origin) &&
      may('methods').includes(init.method.toLowerCase()) &&
      wanted.every((name) => may('headers').includes(name));
    if (!isAllowed) throw new TypeError('Failed to fetch');
    const answer = await ask({ ...init, headers: { ...init.headers, origin } });
    if (answer.headers.get('access-control-allow-origin') !== origin) throw new TypeError('Failed to fetch');
    const shown = [...ALWAYS_SHOWN, ...listOf(answer.headers.get('access-control-expose-headers'))];
    const header = (name: string) => (shown.includes(name) ? answer.headers.get(name) : null);
    return { status: answer.status, header, json: await answer.json() };
  };
}

const sent = (method: string) => ({
  method,
  headers: { authorization: 'Bearer token', 'content-type': 'application/json', 'idempotency-key': 'one' },
  ...(method === 'POST' && { body: '{}' }),
});

it('a page of an origin that is named sends what it likes, and follows Location', async () => {
  const fetchAsPage = browse(PAGE);
  const asked = new URL('https://abc.execute-api.eu-west-1.amazonaws.com/v1/things');
  const taken = await fetchAsPage(asked, sent('POST'));
  expect(taken.status).toBe(202);
  expect(taken.header('retry-after')).toBe('1');
  const job = await fetchAsPage(new URL(taken.header('location') ?? '', asked), sent('GET'));
  expect(job.json).toEqual({ status: 'succeeded' });
});

it('it reads why it was refused, too', async () => {
  const { status, json } = await browse(PAGE)(new URL('https://abc.example.org/v1/none'), sent('GET'));
  expect({ status, json }).toMatchObject({ status: 404, json: { code: 'route_not_found' } });
});

it('a page of another origin gets nothing', async () => {
  const asked = new URL('https://abc.example.org/v1/things');
  await expect(browse('https://evil.example.org')(asked, sent('POST'))).rejects.toThrow('Failed to fetch');
});
