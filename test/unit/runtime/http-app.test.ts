import { createRoute, z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import { Problem } from '../../../core/contracts/http/problem.ts';
import { UnusableImageError } from '../../../core/domain/entities/errors.ts';
import { createHttpApp } from '../../../core/runtime/http-app.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';

const principal = { userId: 'usr_1', scopes: ['read', 'write'] } as const;
const app = createHttpApp({
  logger: Object.assign(createTelemetry('test').logger, { error: () => {} }),
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
        content: { 'application/json': { schema: z.strictObject({ name: z.string() }) } },
      },
    },
    responses: { 200: { description: 'fine' } },
  }),
  (context) => context.json(context.req.valid('json')),
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

it('names each field that does not fit, unknown ones too', async () => {
  const problem = await problemOf(await post('{"name": 3, "extra": true}'));
  expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
  expect(problem.errors?.map(({ path }) => path)).toContain('name');
  expect(problem.detail).toContain('extra');
});

it('answers a body that is no JSON, and an unknown route', async () => {
  expect(await problemOf(await post('{"name"'))).toMatchObject({ status: 400, code: 'malformed_request' });
  expect(await problemOf(await app.request('/nowhere', {}, {}))).toMatchObject({
    status: 404,
    code: 'route_not_found',
  });
});
