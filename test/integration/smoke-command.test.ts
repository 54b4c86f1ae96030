import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { createTestUser } from '../helpers/signed-in.ts';

const { apiUrl } = inject('deployment');
const COMMAND = fileURLToPath(new URL('../../cli/segmentry.mjs', import.meta.url));

async function smoke(args: readonly string[], apiKey?: string) {
  const child = spawn(process.execPath, [COMMAND, 'smoke', ...args], {
    env: { PATH: process.env.PATH, ...(apiKey !== undefined && { SEGMENTRY_API_KEY: apiKey }) },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, output };
}

async function createApiKey(user = createTestUser()): Promise<string> {
  const { call } = await user;
  return (await call('POST /v1/api-keys', { json: { name: 'smoke', scopes: ['read', 'write'] } })).body.key;
}

it('sends an image through the pipeline by both ways, and says what it found', async () => {
  const { code, output } = await smoke(['--url', apiUrl], await createApiKey());
  expect({ code, output }).toMatchObject({
    code: 0,
    output: expect.stringContaining('The deployment works.'),
  });
  expect(output).toContain('lemon');
});

it('has an image that nobody knows taken in and analysed, each time, and leaves none behind', async () => {
  const user = await createTestUser();
  const apiKey = await createApiKey(Promise.resolve(user));
  const takenIn: number[] = [];
  for (const run of [1, 2]) {
    const { code, output } = await smoke(['--url', apiUrl], apiKey);
    expect({ run, code, output }).toMatchObject({ code: 0 });
    const { items } = (await user.call('GET /v1/credits/entries')).body;
    takenIn.push(items.filter(({ reason }: { reason: string }) => reason === 'image_accepted').length);
  }
  // What was analysed before would be answered without a worker.
  expect(takenIn).toEqual([2, 4]);
  expect((await user.call('GET /v1/images')).body.items).toEqual([]);
});

it('says which step failed, and why', async () => {
  const model = await smoke(['--url', apiUrl, '--model', 'none'], await createApiKey());
  expect(model.code).not.toBe(0);
  expect(model.output).toContain('✗ analyses an image of a request');
  const key = await smoke(['--url', apiUrl], 'sk_wrong');
  expect(key.output).toContain('✗ knows who asks');
  expect((await smoke(['--url', apiUrl])).output).toContain('Set SEGMENTRY_API_KEY');
});
