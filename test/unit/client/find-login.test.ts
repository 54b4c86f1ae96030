import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Segmentry } from '../../../client/index.ts';
import { serveLoopback } from '../../helpers/loopback-api.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-login-'));
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  for (const name of ['URL', 'API_KEY', 'PROFILE']) vi.stubEnv(`SEGMENTRY_${name}`, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function store(profiles: Record<string, { url: string; apiKey: string }>, current: string) {
  mkdirSync(join(folder, 'segmentry'));
  writeFileSync(join(folder, 'segmentry/profiles.json'), JSON.stringify({ current, profiles }));
}

/** Whom the service is asked by. */
async function askedBy(make: (url: string) => Segmentry): Promise<string | undefined> {
  const { url, heard } = await serveLoopback(() => ({ json: { balance: 1, available: 1 } }));
  await make(url).api.getCredits();
  return heard[0]?.headers.authorization;
}

test('without options a client is that of the last login at the command line', async () => {
  const by = await askedBy((url) => {
    store(
      { work: { url, apiKey: 'sk_work' }, home: { url: 'http://127.0.0.1:1', apiKey: 'sk_home' } },
      'work',
    );
    return new Segmentry();
  });
  expect(by).toBe('Bearer sk_work');
});

test('or of the login that SEGMENTRY_PROFILE names', async () => {
  const by = await askedBy((url) => {
    store(
      { work: { url: 'http://127.0.0.1:1', apiKey: 'sk_work' }, home: { url, apiKey: 'sk_home' } },
      'work',
    );
    vi.stubEnv('SEGMENTRY_PROFILE', 'home');
    return new Segmentry();
  });
  expect(by).toBe('Bearer sk_home');
});

test('the environment comes before it, and a stored key goes to no other address', async () => {
  store({ work: { url: 'http://127.0.0.1:1', apiKey: 'sk_work' } }, 'work');
  const inEnvironment = (url: string) => {
    vi.stubEnv('SEGMENTRY_URL', url);
    return new Segmentry();
  };
  expect(await askedBy(inEnvironment)).toBeUndefined();
  expect(await askedBy((url) => new Segmentry({ url }))).toBeUndefined();
  vi.stubEnv('SEGMENTRY_API_KEY', 'sk_environment');
  expect(await askedBy(inEnvironment)).toBe('Bearer sk_environment');
  expect(await askedBy((url) => new Segmentry({ url, apiKey: 'sk_given' }))).toBe('Bearer sk_given');
  expect(await askedBy((url) => new Segmentry({ url, token: 'person' }))).toBe('Bearer person');
});

test('a key of the environment goes to its address only, and to any where it has none', async () => {
  vi.stubEnv('SEGMENTRY_API_KEY', 'sk_environment');
  const by = (address?: (url: string) => string) =>
    askedBy((url) => {
      vi.stubEnv('SEGMENTRY_URL', address?.(url) ?? '');
      return new Segmentry({ url });
    });
  expect(await by()).toBe('Bearer sk_environment');
  expect(await by((url) => `${url}/`)).toBe('Bearer sk_environment');
  expect(await by(() => 'https://another.example')).toBeUndefined();
});

test('who says all is not asked what the environment says, which Deno refuses', () => {
  const refuse = (): never => {
    throw new Error('Requires env access');
  };
  vi.stubGlobal('process', Object.defineProperty({}, 'env', { get: refuse }));
  const url = 'https://api.example';
  try {
    for (const login of [{ apiKey: 'sk_1' }, { token: 'person' }, {}]) new Segmentry({ url, ...login });
  } finally {
    vi.unstubAllGlobals();
  }
});

test('where nothing says it, an error does', () => {
  expect(() => new Segmentry()).toThrow(expect.objectContaining({ code: 'no_address' }));
});
