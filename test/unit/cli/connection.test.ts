import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listenForWebhooks } from '../../../cli/webhooks/listen.ts';
import { Segmentry } from '../../../client/index.ts';
import { problem, type ScriptedAnswer, serveLoopback } from '../../helpers/loopback-api.ts';
import { CTRL_C, runSegmentry, type SegmentryOptions } from '../../helpers/run-segmentry.ts';

// Each starts the command several times.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-login-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], more: Partial<SegmentryOptions> = {}) =>
  runSegmentry(args, { folder, ...more });
const profiles = () => join(folder, '.config', 'segmentry', 'profiles.json');
const ME = { id: 'usr_1', email: 'me@example.org', username: 'me', role: 'user', disabled: false };

/** A service that knows one account and one key. */
const serveAccount = ({ signOut = 204 } = {}) =>
  serveLoopback(({ method, path, headers, body }) => {
    const route = `${method} ${path}`;
    const token = headers.authorization?.replace('Bearer ', '');
    if (route === 'GET /v1/health') return { json: { status: 'ok' } };
    if (route === 'POST /v1/sessions') return signIn(body.toString());
    if (token !== 'person' && token !== 'sk_new') return problem(401, 'invalid_token');
    const answers: Record<string, () => ScriptedAnswer> = {
      'GET /v1/users/me': () => ({ json: ME }),
      'GET /v1/credits': () => ({ json: { balance: 7, available: 7 } }),
      'POST /v1/api-keys': () => ({
        status: 201,
        json: { ...JSON.parse(body.toString()), id: 'key_1', key: 'sk_new' },
      }),
      'DELETE /v1/api-keys/key_1': () => ({ status: 204 }),
      'DELETE /v1/sessions/current': () => (signOut < 400 ? { status: signOut } : problem(signOut, 'failed')),
    };
    return answers[route]?.() ?? problem(404, 'not_found');
  });

const KNOWN = JSON.stringify({ email: 'me@example.org', password: 'four unrelated words' });
const signIn = (body: string): ScriptedAnswer =>
  body === KNOWN ? { status: 201, json: { accessToken: 'person' } } : problem(401, 'invalid_credentials');

describe('segmentry login', () => {
  test('asks at a terminal, hides the password, and keeps the key alone, for its owner', async () => {
    const { url } = await serveAccount();
    const { code, stdout } = await run(['login', '--url', url], {
      inTerminal: true,
      steps: [
        { seen: /Email: /, act: 'me@example.org\r' },
        { seen: /Password: /, act: 'four unrelated words\r' },
      ],
    });
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('Logged in');
    expect(stdout).not.toContain('unrelated');
    expect(statSync(profiles()).mode & 0o777).toBe(0o600);
    expect(readFileSync(profiles(), 'utf8')).not.toContain('unrelated');
    expect(JSON.parse((await run(['whoami', '--json'])).stdout)).toMatchObject({
      email: ME.email,
      credits: 7,
    });
  });

  test('keeps the key that it has made, and forgets the one that it has ended, where the session can not be ended', async () => {
    const { url, heard } = await serveAccount({ signOut: 501 });
    const stdin = 'four unrelated words\n';
    const login = await run(['login', '--url', url, '--email', ME.email], { stdin });
    expect(login).toMatchObject({ code: 0, stdout: expect.stringContaining('Logged in') });
    expect(readFileSync(profiles(), 'utf8')).toContain('sk_new');
    const logout = await run(['logout', '--revoke'], { stdin });
    expect(logout).toMatchObject({ code: 0, stdout: expect.stringContaining('Its key is worthless now.') });
    expect(readFileSync(profiles(), 'utf8')).not.toContain('sk_new');
    expect(heard.filter(({ path }) => path === '/v1/sessions/current')).toHaveLength(2);
  });

  test('keeps several logins, and gives a stored key to no other address', async () => {
    const [one, two] = [await serveAccount(), await serveAccount()];
    const stdin = 'four unrelated words\n';
    for (const [name, { url }] of [
      ['one', one],
      ['two', two],
    ] as const)
      await run(['login', '--url', url, '--profile', name, '--email', ME.email], { stdin });
    const answers = await Promise.all([
      run(['whoami', '--json']),
      run(['whoami', '--json', '--profile', 'one']),
    ]);
    expect(answers.map(({ stdout }) => JSON.parse(stdout).url)).toEqual([two.url, one.url]);
    const elsewhere = await serveAccount();
    const refused = await run(['whoami', '--url', elsewhere.url]);
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`not logged in at ${elsewhere.url}`),
    });
    expect(elsewhere.heard).toEqual([]);
    const environment = { SEGMENTRY_URL: one.url, SEGMENTRY_API_KEY: 'sk_new' };
    expect(JSON.parse((await run(['whoami', '--json'], { environment })).stdout).profile).toContain('none');
  });

  test('sends no key of the environment along', async () => {
    const { url, heard } = await serveAccount();
    const environment = { SEGMENTRY_API_KEY: 'sk_environment' };
    const args = ['login', '--url', url, '--email', ME.email];
    expect((await run(args, { environment, stdin: 'four unrelated words\n' })).code).toBe(0);
    expect(heard.map(({ headers }) => headers.authorization)).not.toContain('Bearer sk_environment');
  });

  test.each([
    ['Ctrl-C', CTRL_C, 130],
    ['Ctrl-D', '\x04', 2],
  ])('%s at a question does nothing, and says so', async (_, typed, exitCode) => {
    const { url } = await serveAccount();
    for (const [args, seen] of [
      [[], /Email: /],
      [['--email', ME.email], /Password: /],
    ] as const) {
      const { code, stdout } = await run(['login', '--url', url, ...args], {
        inTerminal: true,
        steps: [{ seen, act: typed }],
      });
      expect({ code, stdout }).toEqual({
        code: exitCode,
        stdout: expect.stringContaining('Nothing was done.'),
      });
      expect(stdout).not.toContain('abort');
    }
    expect(existsSync(profiles())).toBe(false);
  });

  test('takes a wrong password for what it is, and keeps nothing', async () => {
    const { url } = await serveAccount();
    const { code, stderr } = await run(['login', '--url', url, '--email', ME.email], { stdin: 'wrong\n' });
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('invalid_credentials') });
    expect(existsSync(profiles())).toBe(false);
  });
});

describe('segmentry logout', () => {
  const PROFILES = {
    default: { url: 'https://home.example.org', apiKey: 'sk_h' },
    prod: { url: 'https://prod.example.org', apiKey: 'sk_p' },
    test: { url: 'https://test.example.org', apiKey: 'sk_t' },
  };
  beforeEach(() => {
    mkdirSync(join(folder, '.config', 'segmentry'), { recursive: true });
    writeFileSync(profiles(), JSON.stringify({ current: 'prod', profiles: PROFILES }));
  });
  interface Given {
    readonly args?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
  }
  const left = () => JSON.parse(readFileSync(profiles(), 'utf8'));
  const without = (name: keyof typeof PROFILES) => {
    const { [name]: _, ...rest } = PROFILES;
    return rest;
  };

  test.each([
    ['the last login', { args: [] }, 'prod', 'default'],
    ['that of a name', { args: ['--profile', 'test'] }, 'test', 'prod'],
    ['that of an address', { args: ['--url', 'https://test.example.org/'] }, 'test', 'prod'],
    [
      'that of the environment',
      { environment: { SEGMENTRY_URL: 'https://test.example.org' } },
      'test',
      'prod',
    ],
    [
      'that of a name, whatever the address of the environment',
      { args: ['--profile', 'test'], environment: { SEGMENTRY_URL: 'https://home.example.org' } },
      'test',
      'prod',
    ],
    [
      'that of an address, whatever the name of the environment',
      { args: ['--url', 'https://test.example.org'], environment: { SEGMENTRY_PROFILE: 'default' } },
      'test',
      'prod',
    ],
  ] as const)('ends %s, and no other', async (_, given, name, current) => {
    const { args = [], environment = {} }: Given = given;
    const { code, stdout } = await run(['logout', ...args], { environment });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(PROFILES[name].url) });
    expect(left()).toEqual({ current, profiles: without(name) });
  });

  test.each([
    ['an address of no login', ['--url', 'https://other.example.org'], 3],
    ['a name of none', ['--profile', 'work'], 3],
    ['a name and the address of another', ['--profile', 'prod', '--url', 'https://test.example.org'], 2],
  ])('ends none for %s', async (_, args, exitCode) => {
    expect((await run(['logout', ...args])).code).toBe(exitCode);
    expect(left()).toEqual({ current: 'prod', profiles: PROFILES });
  });
});

describe('what is wrong is told in a line', () => {
  const key = { SEGMENTRY_API_KEY: 'sk_1' };
  test.each([
    {
      what: 'nobody is logged in',
      args: ['jobs'],
      exitCode: 3,
      words: 'You are not logged in. Run "segmentry login"',
    },
    {
      what: 'the address is none',
      args: ['jobs', '--url', 'example'],
      environment: key,
      exitCode: 2,
      words: 'no address of an API',
    },
    {
      what: 'nothing answers',
      args: ['jobs', '--url', 'http://127.0.0.1:1'],
      environment: key,
      exitCode: 4,
      words: "127.0.0.1:1 can't be reached",
    },
    {
      what: 'there is no such login',
      args: ['jobs', '--profile', 'work'],
      exitCode: 3,
      words: 'segmentry login --profile work',
    },
    { what: 'a word is mistyped', args: ['analise'], exitCode: 2, words: 'analyze' },
    { what: 'a number is none', args: ['jobs', '--limit', '0'], exitCode: 2, words: 'whole number' },
  ])('$what', async ({ args, environment = {}, exitCode, words }) => {
    const { code, stdout, stderr } = await run(args, { environment });
    expect({ code, stdout, stderr }).toEqual({
      code: exitCode,
      stdout: '',
      stderr: expect.stringContaining(words),
    });
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('and where it came from, with --debug', async () => {
    const { stderr } = await run(['--debug', 'jobs']);
    expect(stderr).toMatch(/\n\s+at .*connect\.ts/);
  });

  test('a key that has expired asks for a new login', async () => {
    const { url } = await serveAccount();
    const environment = { SEGMENTRY_URL: url, SEGMENTRY_API_KEY: 'sk_old' };
    const { code, stderr } = await run(['credits'], { environment });
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('Log in anew: segmentry login'),
    });
  });
});

test('a list that is read by a program that stops early ends without a word', async () => {
  const items = Array.from({ length: 500 }, (_, index) => ({ id: `job_${index}`, links: 'x'.repeat(1000) }));
  const { url } = await serveLoopback(() => ({ json: { items, next: null } }));
  const environment = { SEGMENTRY_URL: url, SEGMENTRY_API_KEY: 'sk_1' };
  const { code, stderr } = await run(['jobs', '--json', '--limit', '500'], {
    environment,
    steps: [{ seen: /job_0/, act: (child) => child.stdout?.destroy() }],
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('jobs are waited for however long they take', async () => {
  const job = (status: string) => ({
    id: 'job_1',
    model: 'm@1',
    status,
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  const { url } = await serveLoopback((_, nth) => ({ json: job(nth > 5 ? 'succeeded' : 'running') }));
  // Five minutes go by from one look at the clock to the next.
  const clock = 'let at = 0; Date.now = () => (at += 300_000);';
  const { code, stderr } = await run(['jobs', 'wait', 'job_1'], {
    environment: {
      SEGMENTRY_URL: url,
      SEGMENTRY_API_KEY: 'sk_1',
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(clock)}`,
    },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('a webhook is removed where Ctrl-C comes while it is made', async () => {
  const { url, heard } = await serveLoopback(({ method }) => {
    if (method === 'DELETE') return { status: 204 };
    process.emit('SIGINT');
    return { status: 201, json: { id: 'whk_1', secret: 'whsec_x' } };
  });
  const options = { port: 0, publicUrl: undefined, events: ['job.*'], json: true } as const;
  await listenForWebhooks(new Segmentry({ url, apiKey: 'sk_1' }), options);
  expect(heard.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/webhooks',
    'DELETE /v1/webhooks/whk_1',
  ]);
});
