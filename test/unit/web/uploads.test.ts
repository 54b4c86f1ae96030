import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';

const PHOTOGRAPH = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);
const CHOICE = { models: ['segmentry-food'], dataset: undefined };

type Answer = (request: { key: string; token: string | undefined; signal: AbortSignal }) => unknown;
/** What the service answers in a test; a number is the status of a refusal. */
let refresh: () => unknown;
let upload: Answer;
let sent: string[];
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
  };
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
  ({ uploads } = await import('../../../web/app/uploads.ts'));
  ({ signIn } = await import('../../../web/app/session.ts'));
});
afterAll(() => void vi.unstubAllGlobals());

beforeEach(async () => {
  refresh = () => tokensOf('ada');
  upload = () => stored;
  sent = [];
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
