import { afterAll, describe, expect, inject, it } from 'vitest';
import { createApiClient } from '../helpers/api-client.ts';
import { CALL_LIMITS, prepareCountedRoutes, WRITING_READS } from '../helpers/counted-routes.ts';
import { loadFunctionsHere } from '../helpers/functions-here.ts';
import { createTestAdmin } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const [model] = deployment.models;

const ownEnvironment = { ...process.env };
afterAll(() => {
  process.env = ownEnvironment;
});

describe('calls of AWS', async () => {
  const { call, accessToken } = await createTestAdmin();
  const routes = await prepareCountedRoutes(call, model);
  const send = await loadFunctionsHere(deployment, accessToken);

  it.each(routes)(
    '$route makes no more than it may',
    async ({ target, kind, callLimit, request, settle }) => {
      const { status, body, calls } = await send(target, await request());
      await settle?.(body);
      expect(status).toBeOneOf([200, 201, 202, 302]);
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.length, calls.join(', ')).toBeLessThanOrEqual(callLimit ?? CALL_LIMITS[kind]);
    },
  );

  it('are counted for every route that reads', async () => {
    const { body: document } = await createApiClient(deployment.apiUrl)('GET /v1/openapi.json');
    const paths = Object.entries(document.paths as Record<string, { get?: { security?: unknown[] } }>);
    const reads = paths.flatMap(([path, { get }]) =>
      get === undefined || get.security?.length === 0 ? [] : [`GET ${path}`],
    );
    const counted = new Set([...routes.map(({ route }) => route), ...WRITING_READS]);
    expect(reads.filter((route) => !counted.has(route))).toEqual([]);
  });
});
