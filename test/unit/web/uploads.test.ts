import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';

const PHOTOGRAPH = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);
const CHOICE = { models: ['segmentry-food'], dataset: undefined };

type Answer = (request: { key: string; token: string | undefined; signal: AbortSignal }) => unknown;
/** What the service answers in a test; a number is the status of a refusal. */
let refresh: () => unknown;
let upload: Answer;
let sent: string[];
/** Other routes; each gets the key of its request. */
let routes: Record<string, (key: string) => unknown>;
let asked: string[];
const store = new Map<string, string>();

async function answer(url: string | URL, { method, headers, body, signal }: RequestInit = {}) {
  const { pathname } = new URL(url);
  const given = new Headers(headers);
  const answers: Record<string, () => unknown> = {
    'POST /v1/sessions': () => tokensOf(JSON.parse(String(body)).email),
    'POST /v1/sessions/refresh': refresh,
    'POST /v1/images': () => {
      const key = given.get('idempotency-key') ?? '';
      sent.push(key);
      const token = given.get('authorization')?.replace('Bearer ', '');
      return upload({ key, token, signal: signal as AbortSignal });
    },
    ...Object.fromEntries(
      Object.entries(routes).map(([route, say]) => [route, () => say(given.get('idempotency-key') ?? '')]),
    ),
  };
  asked.push(`${method} ${pathname}`);
  // As over a network, others have their turn meanwhile.
  await setImmediate();
  const said = await answers[`${method} ${pathname}`]?.();
  return typeof said === 'number' ? new Response('', { status: said }) : Response.json(said);
}

let issued = 0;
const tokensOf = (user: string) => ({
  accessToken: `${issued++}.${btoa(JSON.stringify({ sub: user }))}.signature`,
  refreshToken: 'refresh',
  expiresIn: 3600,
});
const stored = { image: { id: 'image_1' }, jobs: [] };
const held: Answer = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** As much of IndexedDB as keeps records by their keys. */
function keptInMemory() {
  const records = new Map<string, { key: string }>();
  const settled = (result: unknown) => {
    const request = { result, onsuccess: () => undefined };
    queueMicrotask(() => request.onsuccess());
    return request;
  };
  const objectStore = () => ({
    put: (record: { key: string }) => settled(records.set(record.key, record)),
    delete: (key: string) => settled(records.delete(key)),
    getAll: () => settled([...records.values()]),
  });
  return { open: () => settled({ transaction: () => ({ objectStore }) }) };
}

let uploads: typeof import('../../../web/app/uploads.ts')['uploads'];
let signIn: typeof import('../../../web/app/session.ts')['signIn'];

beforeAll(async () => {
  vi.stubGlobal('location', { origin: 'https://console.example' });
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => store.get(name) ?? null,
    setItem: (name: string, value: string) => store.set(name, value),
    removeItem: (name: string) => store.delete(name),
  });
  vi.stubGlobal('indexedDB', keptInMemory());
  vi.stubGlobal('fetch', answer);
  // As where none can be had: jobs are asked for.
  vi.stubGlobal('WebSocket', undefined);
  ({ uploads } = await import('../../../web/app/uploads.ts'));
  ({ signIn } = await import('../../../web/app/session.ts'));
});
afterAll(() => void vi.unstubAllGlobals());

beforeEach(async () => {
  refresh = () => tokensOf('ada');
  upload = () => stored;
  sent = [];
  routes = {};
  asked = [];
  uploads.cancelAll();
  await signIn('ada', 'four unrelated words');
});

const send = () => uploads.add([new File([PHOTOGRAPH], 'table.jpg')], CHOICE);
const seen = () => uploads.items.map(({ status }) => status);
const untilIs = (status: string) => expect.poll(seen, { timeout: 20_000 }).toEqual([status]);

/** As after an hour: the token has to be traded before the next request. */
function letTokenEnd(): void {
  for (const [name, session] of store)
    store.set(name, JSON.stringify({ ...JSON.parse(session), expiresAt: Date.now() }));
}

it('where the session cannot be renewed, an upload fails and is not sent, until somebody tries again', async () => {
  letTokenEnd();
  refresh = () => 500;
  // Whoever asks without a token is nobody.
  upload = ({ token }) => (token === undefined ? 401 : stored);
  send();
  await untilIs('failed');
  expect(uploads.items[0]?.error).toMatch(/has a fault at the moment \(500\)/);
  expect(sent).toEqual([]);
  refresh = () => tokensOf('ada');
  uploads.retry(uploads.items[0]?.key ?? '');
  await untilIs('done');
  expect(sent).toHaveLength(1);
});

it('one that is refused although the session lasts fails, and is not sent without end', async () => {
  upload = () => 401;
  send();
  await untilIs('failed');
  // With the token that it had, and with a new one.
  expect(sent).toHaveLength(2);
});

it('one whose session has ended waits for its owner', async () => {
  letTokenEnd();
  refresh = () => 401;
  upload = ({ token }) => (token === undefined ? 401 : stored);
  send();
  expect(seen()).toEqual(['sending']);
  await untilIs('waiting');
  await signIn('ada', 'four unrelated words');
  await untilIs('done');
});

it('an upload that somebody else interrupts goes on once its owner is back', async () => {
  upload = held;
  send();
  await expect.poll(() => sent.length, { timeout: 20_000 }).toBe(1);
  await signIn('bob', 'four other words');
  expect(seen()).toEqual([]);
  upload = () => stored;
  await signIn('ada', 'four unrelated words');
  await untilIs('done');
  expect(sent).toEqual([sent[0], sent[0]]);
});

/** What is kept for after a reload. */
const kept = () =>
  new Promise<string[]>((resolve) => {
    const request = indexedDB.open('segmentry');
    request.onsuccess = () => {
      const all = request.result.transaction('uploads').objectStore('uploads').getAll();
      all.onsuccess = () => resolve(all.result.map(({ key }) => key));
    };
  });

it('one that is tried again outlives a reload as it did before', async () => {
  upload = () => 403;
  send();
  await untilIs('failed');
  upload = held;
  uploads.retry(uploads.items[0]?.key ?? '');
  await untilIs('sending');
  expect(await kept()).toEqual([uploads.items[0]?.key]);
});

const ZIP = new Uint8Array([0x50, 0x4b, 3, 4]);
const sendZip = () => uploads.add([new File([ZIP], 'shots.zip')], CHOICE);
const taken = (more: object) => ({ images: [], videos: [], refused: [], progress: {}, ...more });

it('one of which nothing was taken is sent as something new when it is tried again', async () => {
  const keys: string[] = [];
  const reason = { name: 'shots.zip', code: 'insufficient_credits', detail: 'Too few credits.' };
  routes = {
    // Under a key that was used before it is the upload from before.
    'POST /v1/uploads': (key) => {
      if (!keys.includes(key)) keys.push(key);
      return { id: `upl_${keys.indexOf(key)}`, fields: {} };
    },
    'GET /v1/uploads/upl_0': () => taken({ status: 'failed', refused: [reason] }),
    'GET /v1/uploads/upl_1': () => taken({ status: 'done' }),
  };
  sendZip();
  await untilIs('failed');
  expect(uploads.items[0]?.error).toBe('Too few credits.');
  uploads.retry(uploads.items[0]?.key ?? '');
  await untilIs('done');
});

const RUNNING = { status: 'running', jobs: 3, counts: { queued: 1, running: 1 } };
const OPEN = { status: 'running', progress: 0 };
const serveZip = (batch: () => unknown) => {
  routes = {
    'POST /v1/uploads': () => ({ id: 'upl_0', fields: {} }),
    'GET /v1/uploads/upl_0': () => taken({ status: 'done', batch: 'bat_1' }),
    'GET /v1/batches/bat_1/jobs': () => ({
      items: Array.from({ length: 3 }, (_, index) => ({ ...OPEN, id: `job_${index}` })),
      next: null,
    }),
    'GET /v1/batches/bat_1': batch,
  };
};

it('the jobs of a zip are waited for as a batch, and not asked for one by one', async () => {
  let looks = 0;
  serveZip(() => ({ ...RUNNING, status: looks++ < 2 ? 'running' : 'finished' }));
  sendZip();
  await untilIs('done');
  expect(asked.filter((route) => route.startsWith('GET /v1/jobs/'))).toEqual([]);
  expect(looks).toBe(3);
});

it('an analysis is waited for however long it takes', async () => {
  upload = () => ({ ...stored, jobs: [{ ...OPEN, id: 'job_1' }] });
  let looks = 0;
  routes = {
    'GET /v1/jobs/job_1': () => ({ ...OPEN, id: 'job_1', ...(looks++ > 2 && { status: 'succeeded' }) }),
  };
  // Five minutes go by from one look at the clock to the next.
  let now = Date.now();
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => (now += 300_000));
  send();
  await untilIs('done').finally(() => clock.mockRestore());
});

it.each([
  ['an image', 'POST /v1/jobs/job_1/cancel'],
  ['a zip', 'POST /v1/batches/bat_1/cancel'],
])('cancels the analysis of %s that has arrived, and stays canceled', async (what, route) => {
  if (what === 'a zip') serveZip(() => RUNNING);
  upload = () => ({ ...stored, jobs: [{ ...OPEN, id: 'job_1' }] });
  routes = { ...routes, 'GET /v1/jobs/job_1': () => ({ ...OPEN, id: 'job_1' }), [route]: () => ({}) };
  if (what === 'a zip') sendZip();
  else send();
  await untilIs('analyzing');
  uploads.cancel(uploads.items[0]?.key ?? '');
  uploads.hear({ id: what === 'a zip' ? 'job_0' : 'job_1', status: 'running' });
  expect(seen()).toEqual(['canceled']);
  await expect.poll(() => asked).toContain(route);
});

it('an analysis that could not be waited for is waited for again under the same key, and not sent as something new', async () => {
  upload = () => ({ ...stored, jobs: [{ ...OPEN, id: 'job_1' }] });
  routes = { 'GET /v1/jobs/job_1': () => 403 };
  send();
  await untilIs('failed');
  routes = { 'GET /v1/jobs/job_1': () => ({ ...OPEN, id: 'job_1', status: 'succeeded' }) };
  uploads.retry(uploads.items[0]?.key ?? '');
  await untilIs('done');
  expect(sent).toEqual([sent[0], sent[0]]);
});

it('zips that are analysed for long keep no other file from being sent', async () => {
  serveZip(() => RUNNING);
  for (let count = 0; count < 4; count++) sendZip();
  await expect.poll(seen).toEqual(Array(4).fill('analyzing'));
  await expect.poll(() => uploads.items[0]?.endedShare).toBeCloseTo(1 / 3);
  send();
  await expect.poll(() => seen()[0]).toBe('done');
});

it('a zip that is canceled while it is taken in is analysed no further', async () => {
  routes = {
    'POST /v1/uploads': () => ({ id: 'upl_0', fields: {} }),
    'GET /v1/uploads/upl_0': () => taken({ status: 'ingesting', batch: 'bat_1', progress: { total: 3 } }),
    'POST /v1/batches/bat_1/cancel': () => ({}),
  };
  sendZip();
  await untilIs('ingesting');
  uploads.cancel(uploads.items[0]?.key ?? '');
  await expect.poll(() => asked).toContain('POST /v1/batches/bat_1/cancel');
  expect(seen()).toEqual(['canceled']);
});

it('who signs out cancels no analysis', async () => {
  upload = () => ({ ...stored, jobs: [{ ...OPEN, id: 'job_1' }] });
  routes = { 'GET /v1/jobs/job_1': () => ({ ...OPEN, id: 'job_1' }) };
  send();
  await untilIs('analyzing');
  uploads.cancelAll();
  await setImmediate();
  await setImmediate();
  expect(asked.filter((route) => route.endsWith('/cancel'))).toEqual([]);
});
