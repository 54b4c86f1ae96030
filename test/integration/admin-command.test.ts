import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { createApiClient } from '../helpers/api-client.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const { apiUrl, endpointUrl, account } = inject('deployment');
const anonymous = createApiClient(apiUrl);
const COMMAND = fileURLToPath(new URL('../../cli/segmentry.mjs', import.meta.url));

/** Runs `segmentry admin create` with a password at its stdin, as a script would. */
async function runCommand(args: readonly string[], password: string) {
  const child = spawn(process.execPath, [COMMAND, 'admin', 'create', ...args], {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: endpointUrl,
      AWS_REGION: account.region,
      AWS_ACCESS_KEY_ID: account.accessKeyId,
      AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  child.stdin.end(`${password}\n`);
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, output };
}

const listUsersAs = async (email: string, password: string) => {
  const { body } = await anonymous('POST /v1/sessions', { json: { email, password } });
  const call = createApiClient(apiUrl, { authorization: `Bearer ${body.accessToken}` });
  return (await call('GET /v1/users')).status;
};

it('makes the first admin of a deployed stack', async () => {
  const [email, password] = [`first-${randomUUID()}@example.org`, `four words ${randomUUID()}`];
  const { code, output } = await runCommand([email, '--stack', 'Segmentry'], password);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(`${email} is an admin now`) });
  expect(output).not.toContain(password);
  expect(await listUsersAs(email, password)).toBe(200);
});

it('makes a user an admin, who keeps the password', async () => {
  const user = await createTestUser();
  expect(await listUsersAs(user.email, user.password)).toBe(403);
  const { code, output } = await runCommand([user.email], `another ${randomUUID()}`);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('had an account') });
  expect(await listUsersAs(user.email, user.password)).toBe(200);
});

it.each([
  ['what is no email address', ['nobody'], 'four random words here', [2, 'no email address']],
  ['a weak password', ['weak@example.org'], 'short', [1, 'weak_password']],
  ['no password', ['weak@example.org'], '', [2, 'nothing came at stdin']],
  [
    'a stack that is not there',
    ['a@example.org', '--stack', 'None'],
    'four random words here',
    [2, 'no stack'],
  ],
] as const)('refuses %s, saying why', async (_, args, password, [exitCode, words]) => {
  const { code, output } = await runCommand(args, password);
  expect({ code, output }).toEqual({ code: exitCode, output: expect.stringContaining(words) });
});
