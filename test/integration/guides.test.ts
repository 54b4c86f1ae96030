import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PROJECT } from '../../localstack/paths.ts';
import { runProgram } from '../../localstack/run-program.ts';
import { createApiClient } from '../helpers/api-client.ts';
import { bundleClient } from '../helpers/bundle-client.ts';
import { type PageBlock, readBlocks } from '../helpers/page-blocks.ts';
import { findClientPython, installWheel } from '../helpers/python-client.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const LONG_MS = 300_000;
let environment: Record<string, string> = {};
const guides = readdirSync(join(PROJECT, 'docs/guides')).map((name) => `docs/guides/${name}`);
const blocks = ['README.md', 'client/README.md', 'clients/python/README.md', ...guides].flatMap(readBlocks);
const python = await findClientPython();
const hasJq = (await run('sh', ['-c', 'command -v jq'], PROJECT)).exitCode === 0;

// Within the project, so that TypeScript finds nothing that a reader would not have but the client.
mkdirSync(join(PROJECT, 'out'), { recursive: true });
const folder = mkdtempSync(join(PROJECT, 'out/guides-'));

beforeAll(async () => {
  const client = join(folder, 'node_modules/segmentry-client');
  mkdirSync(client, { recursive: true });
  writeFileSync(join(client, 'index.js'), await bundleClient());
  writeFileSync(join(client, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }));
  copyFileSync(sampleFile('table-1.jpg'), join(folder, 'photo.jpg'));
  symlinkSync(join(PROJECT, 'models'), join(folder, 'models'));
  // What `npm link` does.
  mkdirSync(join(folder, 'bin'));
  const program = `exec ${process.execPath} ${join(PROJECT, 'cli/segmentry.mjs')} "$@"`;
  writeFileSync(join(folder, 'bin/segmentry'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  if (python !== undefined) await installWheel(python);
  const { call } = await createTestUser();
  await registerAccountOfPages();
  const { body } = await call('POST /v1/api-keys', { json: { name: 'guides', scopes: ['read', 'write'] } });
  const { PATH = '' } = process.env;
  environment = {
    SEGMENTRY_URL: inject('deployment').apiUrl,
    SEGMENTRY_API_KEY: body.key,
    PATH: `${join(folder, 'bin')}:${PATH}`,
    XDG_CONFIG_HOME: join(folder, '.config'),
    XDG_STATE_HOME: join(folder, '.state'),
  };
}, LONG_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Which `npm start -- --admin` makes on the pages, and another run of this file may have made. */
async function registerAccountOfPages() {
  const password = 'four-unrelated-words';
  const body = { email: 'me@example.org', password, passwordConfirmation: password };
  await createApiClient(inject('deployment').apiUrl)('POST /v1/users', { json: body });
}

function run(program: string, args: readonly string[], at: string) {
  return runProgram(program, args, {
    environment: { ...(process.env as Record<string, string>), ...environment },
    folder: at,
    timeoutMs: LONG_MS,
  });
}

function start({ language, code }: PageBlock, name: string) {
  if (language === 'sh') return run('bash', ['-euc', code], folder);
  const file = join(folder, `${name}.${language === 'python' ? 'py' : language === 'ts' ? 'mts' : 'mjs'}`);
  writeFileSync(file, code);
  return run(language === 'python' ? (python as string) : process.execPath, [file], folder);
}

describe('what the pages show', () => {
  const runnable = blocks.filter(({ name }) => name === undefined);

  it.for(runnable.map((block, index) => ({ ...block, index })))(
    '$page, line $line ($language), runs',
    { timeout: LONG_MS },
    async ({ index, ...block }, { skip }) => {
      skip(block.language === 'python' && python === undefined, 'Python for the client is not here');
      skip(block.code.includes('jq ') && !hasJq, 'jq is not here');
      const { exitCode, output } = await start(block, `block-${index}`);
      expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.any(String) });
    },
  );
});

describe('the receivers of webhooks', () => {
  const SECRET = `whsec_${Buffer.from('a secret of this test').toString('base64')}`;
  const body = JSON.stringify({
    type: 'job.succeeded',
    timestamp: '',
    data: { id: 'job_1', status: 'succeeded' },
  });
  const at = new Date();
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign('evt_1', at, body),
  };
  const receiver = (language: string) =>
    blocks.find((block) => block.name === 'receive' && block.language === language)?.code ?? '';

  it('in TypeScript takes what is signed, and nothing else', async () => {
    const file = join(folder, 'receive.mts');
    writeFileSync(file, receiver('ts'));
    process.env.WEBHOOK_SECRET = SECRET;
    const { receive } = (await import(file)) as { receive: (request: Request) => Promise<Response> };
    const post = (text: string) =>
      receive(new Request('http://hook', { method: 'POST', body: text, headers }));
    expect((await post(body)).status).toBe(204);
    expect((await post(`${body} `)).status).toBe(401);
  });

  it('in Python takes what is signed, and nothing else', { timeout: LONG_MS }, async ({ skip }) => {
    skip(python === undefined, 'Python with what the client’s tests import is not here');
    const call = `
import json, sys, threading, urllib.error, urllib.request
from http.server import HTTPServer

server = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
body, headers = json.loads(sys.argv[1])

def post(text: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{server.server_port}", text.encode(), headers)
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code

assert (post(body), post(body + " ")) == (204, 401)
`;
    writeFileSync(join(folder, 'receive.py'), receiver('python') + call);
    environment = { ...environment, WEBHOOK_SECRET: SECRET };
    const arguments_ = [join(folder, 'receive.py'), JSON.stringify([body, headers])];
    expect(await run(python as string, arguments_, folder)).toMatchObject({ exitCode: 0 });
  });
});
