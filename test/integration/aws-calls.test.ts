import { expect, inject, it } from 'vitest';
import { CALL_LIMITS, prepareCountedRoutes } from '../helpers/counted-routes.ts';
import { loadFunctionsHere } from '../helpers/functions-here.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const [model] = deployment.models;

/** Routes that still ask more than they should, and how much: these numbers may only fall. */
const STILL_OVER: Record<string, number> = {
  'GET /v1/images/{id}': 4,
  'GET /v1/jobs/{id}/result': 3,
  'GET /v1/batches/{id}': 3,
  'GET /v1/batches/{id}/jobs': 4,
  'POST /v1/images?models={model}': 8,
  'POST /v1/batches': 7,
};

it('no request asks more of AWS than its number, or than it is known to', async () => {
  const { call, accessToken } = await createTestUser();
  const routes = await prepareCountedRoutes(call, model);
  const send = await loadFunctionsHere(deployment, accessToken);
  // Each function asks once for the key that tokens are signed with.
  await send('GET /v1/users/me');
  await send('POST /v1/images');
  const over: string[] = [];
  for (const { route, target, kind, request } of routes) {
    const { status, calls } = await send(target, await request());
    expect({ route, status }).toEqual({ route, status: expect.toBeOneOf([200, 201, 202, 302]) });
    expect(calls.length).toBeGreaterThan(0);
    if (calls.length > (STILL_OVER[route] ?? CALL_LIMITS[kind]))
      over.push(`${route}: ${calls.length} (${calls.join(', ')})`);
  }
  expect(over).toEqual([]);
});
