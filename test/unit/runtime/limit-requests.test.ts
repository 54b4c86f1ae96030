import { expect, it } from 'vitest';
import { createHttpApp } from '../../../core/runtime/http-app.ts';
import { limitRequests } from '../../../core/runtime/limit-requests.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';

const LIMIT = 100;
let now = new Date('2026-01-01T12:00:10Z');

/** The table's counts, and processes that share them. */
const counts = new Map<string, number>();
let writes = 0;
const requestCounts = {
  async add(userId: string, minute: number, requests: number) {
    writes++;
    const key = `${userId} ${minute}`;
    const sum = (counts.get(key) ?? 0) + requests;
    counts.set(key, sum);
    return sum;
  },
};

function startProcess() {
  const app = createHttpApp({
    logger: createTelemetry('test').logger,
    authenticate: async (header) => ({
      principal: { userId: header ?? '', scopes: ['read'] },
      prefetched: {},
    }),
  });
  app.use(limitRequests({ requestsPerMinute: LIMIT, requestCounts, now: () => now }));
  app.get('/', (context) => context.text('fine'));
  return async (user: string, path = '/') => app.request(path, { headers: { authorization: user } }, {});
}

async function sendMany(
  send: (user: string) => Promise<Response> | Response,
  user: string,
  requests: number,
) {
  const statuses: number[] = [];
  for (let index = 0; index < requests; index++) statuses.push((await send(user)).status);
  return statuses.filter((status) => status === 200).length;
}

it('refuses one user beyond the limit of the minute, and nobody else', async () => {
  const send = startProcess();
  expect(await sendMany(send, 'flood', LIMIT)).toBe(LIMIT);
  const refused = await send('flood');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('50');
  expect(await refused.json()).toMatchObject({ code: 'too_many_requests' });
  expect((await send('other')).status).toBe(200);
  now = new Date('2026-01-01T12:01:00Z');
  expect((await send('flood')).status).toBe(200);
});

it('counts over all processes, but for a portion of each', async () => {
  const processes = [startProcess(), startProcess(), startProcess()];
  let passed = 0;
  for (let round = 0; round < LIMIT; round++) {
    for (const send of processes) passed += await sendMany(send, 'spread', 1);
  }
  expect(passed).toBeGreaterThanOrEqual(LIMIT);
  expect(passed).toBeLessThanOrEqual(LIMIT + processes.length * (LIMIT / 20));
});

it('writes once for many requests', async () => {
  const before = writes;
  await sendMany(startProcess(), 'steady', 50);
  expect(writes - before).toBe(10);
});

it('counts each second that a request may wait, and gives back what it did not', async () => {
  const send = startProcess();
  const wait = (user: string, seconds: string) =>
    send(user, `/?wait=${seconds}`).then(({ status }) => status);
  const statuses: number[] = [];
  // All at once, as whoever wants to hold many processes would.
  for (const answer of Array.from({ length: 10 }, () => wait('waits', '20'))) statuses.push(await answer);
  expect(statuses.filter((status) => status === 200).length).toBeLessThan(6);
  now = new Date('2026-01-01T12:03:00Z');
  for (let each = 0; each < 50; each++) expect(await wait('is quick', '20')).toBe(200);
  expect(await wait('means nothing', 'x')).toBe(200);
});
