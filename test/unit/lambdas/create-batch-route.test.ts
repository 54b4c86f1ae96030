import { afterEach, expect, it, vi } from 'vitest';
import type { PrefetchKeys } from '../../../core/domain/request/prefetch.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';
import { type ApiPorts, createApi } from '../../../lambdas/api/handler.ts';

afterEach(() => vi.restoreAllMocks());

const DATASET = `ds_${'0'.repeat(32)}`;

/** The API as it is deployed, as far as a batch that is refused needs it. */
function openApi() {
  const asked: (PrefetchKeys | undefined)[] = [];
  const ports = {
    authenticate: async (_: string | undefined, wanted?: PrefetchKeys) => {
      asked.push(wanted);
      return {
        principal: { userId: 'usr_1', role: 'user', scopes: ['read', 'write'] },
        prefetched: { dataset: undefined, openJobs: 0 },
      };
    },
    requestsPerMinute: 100,
    requestCounts: { add: async () => 1 },
    now: () => new Date(),
    idempotency: { take: async () => ({ status: 'taken' }), keep: async () => {}, release: async () => {} },
    models: { list: async () => [] },
    openJobLimit: 10,
    hasGpu: false,
  };
  return { asked, api: createApi(ports as unknown as ApiPorts, createTelemetry('test')) };
}

it('parses the body of a batch once, for the prefetch, the idempotency key and the route', async () => {
  const { api, asked } = openApi();
  const body = JSON.stringify({ dataset: DATASET, models: ['none'] });
  const parse = vi.spyOn(JSON, 'parse');
  const response = await api.request(
    '/v1/batches',
    {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'idempotency-key': 'one' },
    },
    {},
  );
  expect(parse.mock.calls.filter(([text]) => text === body)).toHaveLength(1);
  expect(asked).toEqual([{ dataset: DATASET, openJobs: true, credits: true }]);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ code: 'unknown_model' });
});
