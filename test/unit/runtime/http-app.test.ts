import { createRoute, z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import { ScaleOptions } from '../../../core/contracts/analysis-options.ts';
import { Problem } from '../../../core/contracts/http/problem.ts';
import { UnusableImageError } from '../../../core/domain/entities/errors.ts';
import { createHttpApp } from '../../../core/runtime/http-app.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';

const principal = { userId: 'usr_1', scopes: ['read', 'write'] } as const;
const lines: Record<string, unknown>[] = [];
const app = createHttpApp({
  logger: Object.assign(createTelemetry('test').logger, {
    error: () => {},
    info: (_message: string, line: Record<string, unknown>) => lines.push(line),
  }),
  corsOrigins: ['https://app.example.org'],
  authenticate: async () => ({ principal, prefetched: {} }),
});
const failing = (path: string, error: Error) =>
  app.openapi(createRoute({ method: 'get', path, responses: { 200: { description: 'never' } } }), () => {
    throw error;
  });
failing('/domain', new UnusableImageError('too_many_pixels', 'Too many pixels.'));
failing('/unforeseen', new Error('password of the database'));
app.openapi(
  createRoute({
    method: 'post',
    path: '/body',
    request: {
      body: {
        required: true,
        content: {
          'application/json': {
            schema: z.strictObject({
              name: z.string(),
              events: z.array(z.enum(['a', 'b'])).optional(),
              scale: ScaleOptions.optional(),
            }),
          },
        },
      },
    },
    responses: { 200: { description: 'fine' } },
  }),
  (context) => context.json(context.req.valid('json')),
);

for (const [path, required] of [
  ['/changes', true],
  ['/optional', false],
] as const)
  app.openapi(
    createRoute({
      method: 'post',
      path,
      request: {
        body: {
          required,
          content: { 'application/json': { schema: z.strictObject({ name: z.string().optional() }) } },
        },
      },
      responses: { 200: { description: 'fine' } },
    }),
    (context) => context.json(context.req.valid('json')),
  );

app.openapi(
  createRoute({
    method: 'get',
    path: '/links/{token}',
    request: {
      params: z.object({ token: z.string() }),
      query: z.object({ key: z.string().optional(), limit: z.string().optional() }),
    },
    responses: { 200: { description: 'fine' } },
  }),
  (context) => context.text('fine'),
);

app.openapi(
  createRoute({ method: 'post', path: '/v1/things', responses: { 202: { description: 'fine' } } }),
  (context) => {
    context.header('location', '/v1/jobs/3');
    return context.text('queued', 202);
  },
);

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return Problem.parse(await response.json());
}
const post = (body: string) =>
  app.request('/body', { method: 'POST', body, headers: { 'content-type': 'application/json' } }, {});

it('answers what the domain refuses by its code and kind', async () => {
  const response = await app.request('/domain', {}, {});
  expect(response.status).toBe(413);
  expect(await problemOf(response)).toMatchObject({
    status: 413,
    code: 'too_many_pixels',
    detail: 'Too many pixels.',
  });
});

it('tells nothing of an error that nobody foresaw', async () => {
  const problem = await problemOf(await app.request('/unforeseen', {}, {}));
  expect(problem).toMatchObject({ status: 500, code: 'internal_error' });
  expect(JSON.stringify(problem)).not.toContain('password');
});

const faultsOf = async (body: object) =>
  Object.fromEntries(
    ((await problemOf(await post(JSON.stringify(body)))).errors ?? []).map(({ path, message }) => [
      path,
      message,
    ]),
  );

it('lists each field that does not fit, unknown ones too, and says how many there are', async () => {
  const problem = await problemOf(await post('{"name": 3, "extra": true}'));
  expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
  expect(problem.errors).toEqual([
    { path: 'name', message: expect.stringContaining('expected string') },
    { path: 'extra', message: 'There is no such field.' },
  ]);
  expect(problem.detail).toBe('The body is invalid in 2 places, which `errors` lists: name, extra.');
});

it('says what a field may be', async () => {
  expect(await faultsOf({})).toEqual({ name: 'It is missing; expected string.' });
  expect(await faultsOf({ name: 'n', events: ['c'] })).toEqual({
    'events.0': 'Invalid option: expected one of "a"|"b".',
  });
  // Of what may have several forms, the fault of the form that was meant.
  expect(await faultsOf({ name: 'n', scale: { pixelsPerCm: -3 } })).toEqual({
    'scale.pixelsPerCm': expect.stringContaining('>0'),
  });
});

it('refuses a query parameter that the route does not take, by name', async () => {
  const problem = await problemOf(await app.request('/links/a?keys=1', {}, {}));
  expect(problem).toMatchObject({
    status: 400,
    code: 'invalid_request',
    errors: [{ path: 'keys', message: 'There is no such query parameter. There are key, limit.' }],
  });
});

it('asks for the content type of JSON that comes without', async () => {
  const plain = await app.request('/body', { method: 'POST', body: '{"name": "n"}' }, {});
  expect(await problemOf(plain)).toMatchObject({ status: 415, code: 'json_expected' });
  const nothing = await app.request('/body', { method: 'POST' }, {});
  expect(await problemOf(nothing)).toMatchObject({ status: 415, code: 'json_expected' });
});

const change = (path: string, type: string | undefined, body?: string) =>
  app.request(
    path,
    {
      method: 'POST',
      ...(body !== undefined && { body: new TextEncoder().encode(body) }),
      headers: { ...(type !== undefined && { 'content-type': type }) },
    },
    {},
  );

it.each([
  'application/json',
  'Application/JSON ; charset=utf-8',
  'application/vnd.a+json',
  'application/a+b+json',
])('reads a body of type %s', async (type) => {
  for (const path of ['/changes', '/optional'])
    expect(await (await change(path, type, '{"name": "n"}')).json()).toEqual({ name: 'n' });
});

it.each([
  undefined,
  'text/plain',
  'application/json, application/json',
  'application/json-seq',
  'application/jsonl',
])('refuses a body of type %s, also where it may be left out', async (type) => {
  for (const path of ['/changes', '/optional'])
    expect(await problemOf(await change(path, type, '{"name": "n"}'))).toMatchObject({
      code: 'json_expected',
    });
});

it.each([undefined, 'application/json', 'text/plain'])(
  'takes no body of type %s for an empty one where it may be left out',
  async (type) => {
    expect(await (await change('/optional', type)).json()).toEqual({});
    expect((await change('/changes', type)).ok).toBe(false);
  },
);

it('answers a body that is no JSON, and an unknown route', async () => {
  expect(await problemOf(await post('{"name"'))).toMatchObject({ status: 400, code: 'malformed_request' });
  expect(await problemOf(await app.request('/nowhere', {}, {}))).toMatchObject({
    status: 404,
    code: 'route_not_found',
  });
});

it('logs each request by its route, and never what its path, query or headers hold', async () => {
  lines.length = 0;
  const headers = { authorization: 'Bearer secret-1' };
  const { status } = await app.request('/links/secret-2?key=secret-3', { headers }, {});
  await app.request('/nowhere/secret-4', {}, {});
  expect(status).toBe(200);
  expect(lines).toEqual([
    {
      requestId: expect.any(String),
      method: 'GET',
      route: '/links/{token}',
      principal: 'usr_1',
      status: 200,
      milliseconds: expect.any(Number),
    },
    expect.objectContaining({ route: 'none', status: 404 }),
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

it.each([
  'https://abc.execute-api.eu-central-1.amazonaws.com/api',
  'https://segmentry.example.org',
  'https://example.org/vision',
])('sends a client that follows Location to the right place under %s', async (base) => {
  const response = await app.request('/v1/things', { method: 'POST' }, {});
  const location = response.headers.get('location') ?? '';
  expect(new URL(location, `${base}/v1/things`).href).toBe(`${base}/v1/jobs/3`);
});

it('lets pages of the origins that it is told of call it, without signing in for the preflight', async () => {
  const preflight = (origin: string) =>
    app.request(
      '/v1/things',
      { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } },
      {},
    );
  const allowed = await preflight('https://app.example.org');
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.org');
  expect(allowed.headers.get('access-control-allow-methods')).toContain('POST');
  const refused = await preflight('https://evil.example.org');
  expect(refused.headers.get('access-control-allow-origin')).toBeNull();
});

it.each([{ corsOrigins: ['*'] }, { corsOrigins: ['https://app.example.org', '*'] }])(
  'lets pages of all origins call it where it is told so: $corsOrigins',
  async ({ corsOrigins }) => {
    const open = createHttpApp({
      logger: createTelemetry('test').logger,
      corsOrigins,
      authenticate: async () => ({ principal, prefetched: {} }),
    });
    const headers = { origin: 'https://any.example.org' };
    const { headers: told } = await open.request('/v1/things', { headers }, {});
    expect(told.get('access-control-allow-origin')).toBe('*');
    expect(told.get('access-control-expose-headers')).toContain('location');
  },
);
