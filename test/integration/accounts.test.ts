import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { installAdmin } from '../../localstack/accounts/install-admin.ts';
import { createApiClient } from '../helpers/api-client.ts';
import { makeImage } from '../helpers/make-image.ts';
import { pollUntil } from '../helpers/pipeline.ts';
import { createTestAdmin, createTestUser, type TestUser } from '../helpers/signed-in.ts';

const { apiUrl } = inject('deployment');
const anonymous = createApiClient(apiUrl);
const bearer = (token: string) => createApiClient(apiUrl, { authorization: `Bearer ${token}` });
const password = 'four unrelated words';
const newEmail = () => `user-${randomUUID()}@example.org`;
const register = (changes: Record<string, unknown> = {}) =>
  anonymous('POST /v1/users', {
    json: { email: newEmail(), password, passwordConfirmation: password, ...changes },
  });
const signIn = (email: string, word = password) =>
  anonymous('POST /v1/sessions', { json: { email, password: word } });

let user: TestUser;
let admin: TestUser;
beforeAll(async () => {
  user = await createTestUser();
  admin = await createTestAdmin();
});

describe('registering', () => {
  it('makes an account that shows no secret', async () => {
    const email = newEmail().toUpperCase();
    const { status, body } = await register({ email, username: 'Ann' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^usr_/),
      email: email.toLowerCase(),
      username: 'Ann',
      role: 'user',
      disabled: false,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('gives an email to one of those who ask for it at once', async () => {
    const email = newEmail();
    const answers = await Promise.all([1, 2, 3].map(() => register({ email })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it.each([
    [{ password: 'short', passwordConfirmation: 'short' }, 422, 'weak_password'],
    [{ password: 'aaaaaaaaaaaa', passwordConfirmation: 'aaaaaaaaaaaa' }, 422, 'weak_password'],
    [{ password: 'password1234', passwordConfirmation: 'password1234' }, 422, 'weak_password'],
    [{ passwordConfirmation: 'something else' }, 422, 'password_confirmation'],
    [{ email: 'no email' }, 400, 'invalid_request'],
    [{ role: 'admin' }, 400, 'invalid_request'],
    [{ username: 'x'.repeat(65) }, 400, 'invalid_request'],
    [{ password: 'x'.repeat(257) }, 400, 'invalid_request'],
    [{ invite: 'never issued' }, 403, 'invalid_invite'],
  ])('refuses %j', async (changes, status, code) => {
    expect(await register(changes)).toMatchObject({ status, body: { code } });
  });
});

describe('the admin that `npm start -- --admin` makes', () => {
  it('logs in as one', async () => {
    const email = newEmail();
    const { outputs, ...deployment } = inject('deployment');
    await installAdmin({ email, password }, { ...deployment, tableName: outputs.TableName });
    const call = bearer((await signIn(email)).body.accessToken);
    expect(await call('GET /v1/users/me')).toMatchObject({ status: 200, body: { email, role: 'admin' } });
  });
});

describe('a session', () => {
  it('answers an unknown account just as a wrong password', async () => {
    const wrong = await signIn(user.email, 'a wrong password');
    const unknown = await signIn(newEmail());
    expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } });
    const { requestId: _, ...wrongBody } = wrong.body;
    const { requestId: __, ...unknownBody } = unknown.body;
    expect(unknownBody).toEqual(wrongBody);
  });

  it('gives new tokens for each refresh token once; a repeat ends the session', async () => {
    const { email } = (await register()).body;
    const first = (await signIn(email)).body;
    const refresh = (refreshToken: string) =>
      anonymous('POST /v1/sessions/refresh', { json: { refreshToken } });
    const second = (await refresh(first.refreshToken)).body;
    expect((await bearer(second.accessToken)('GET /v1/users/me')).status).toBe(200);
    expect(await refresh(first.refreshToken)).toMatchObject({
      status: 401,
      body: { code: 'invalid_refresh_token' },
    });
    expect((await refresh(second.refreshToken)).status).toBe(401);
    expect((await bearer(second.accessToken)('GET /v1/users/me')).status).toBe(401);
  });

  it('ends when one logs out', async () => {
    const { email } = (await register()).body;
    const call = bearer((await signIn(email)).body.accessToken);
    expect((await call('DELETE /v1/sessions/current')).status).toBe(204);
    expect(await call('GET /v1/users/me')).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
  });

  it('is not to be guessed: after ten tries an account waits', async () => {
    const email = newEmail();
    const answers = [];
    for (let attempt = 0; attempt < 11; attempt++) answers.push(await signIn(email, `guess ${attempt}`));
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429]);
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('a token', () => {
  const parts = () => user.accessToken.split('.') as [string, string, string];
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('is signed by the key that is published', async () => {
    const { body } = await anonymous('GET /.well-known/jwks.json');
    expect(body.keys).toMatchObject([{ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }]);
    const header = JSON.parse(Buffer.from(parts()[0], 'base64url').toString());
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: body.keys[0].kid });
    expect(JSON.stringify(body)).not.toContain('"d"');
  });

  it.each([
    [
      'a changed payload',
      () =>
        [
          parts()[0],
          encode({ sub: admin.id, iss: 'segmentry', aud: 'segmentry-api', sid: 'x', exp: 9e9 }),
          parts()[2],
        ].join('.'),
    ],
    ['no signature', () => [encode({ alg: 'none' }), parts()[1], ''].join('.')],
    [
      'a symmetric algorithm',
      () => [encode({ alg: 'HS256', typ: 'at+jwt' }), parts()[1], parts()[2]].join('.'),
    ],
    ['nonsense', () => 'nonsense'],
    ['an unknown API key', () => `sk_${user.id.slice(4)}_${'x'.repeat(43)}`],
  ])('with %s opens nothing', async (_, forge) => {
    expect(await bearer(forge())('GET /v1/users/me')).toMatchObject({
      status: 401,
      body: { code: 'token_invalid' },
    });
  });
});

describe('the own account', () => {
  it('is read and changed; email and password need the current password', async () => {
    const { call, ...own } = await createTestUser();
    expect((await call('PATCH /v1/users/me', { json: { username: 'New' } })).body.username).toBe('New');
    const email = newEmail();
    expect((await call('PATCH /v1/users/me', { json: { email } })).status).toBe(401);
    const moved = await call('PATCH /v1/users/me', { json: { email, currentPassword: own.password } });
    expect(moved.body.email).toBe(email);
    expect((await signIn(own.email, own.password)).status).toBe(401);
    expect((await signIn(email, own.password)).status).toBe(201);
    const taken = await call('PATCH /v1/users/me', {
      json: { email: user.email, currentPassword: own.password },
    });
    expect(taken).toMatchObject({ status: 409, body: { code: 'email_taken' } });
  });

  it('with a new password ends all other sessions', async () => {
    const { call, ...own } = await createTestUser();
    const other = bearer((await signIn(own.email, own.password)).body.accessToken);
    const json = { password: 'another good password', currentPassword: own.password };
    expect((await call('PATCH /v1/users/me', { json })).status).toBe(200);
    expect((await other('GET /v1/users/me')).status).toBe(401);
    expect((await call('GET /v1/users/me')).status).toBe(200);
  });

  it('that is deleted is gone at once, and its images follow', async () => {
    const { call, ...own } = await createTestUser();
    const { body } = await call('POST /v1/images', {
      bytes: await makeImage(7001),
      headers: { 'content-type': 'image/jpeg' },
    });
    const file = (await call(`GET /v1/images/${body.image.id}/file`)).headers.get('location') as string;
    expect((await fetch(file)).status).toBe(200);
    expect((await call('DELETE /v1/users/me')).status).toBe(401);
    const json = { currentPassword: own.password };
    expect((await call('DELETE /v1/users/me', { json })).status).toBe(204);
    expect((await call('GET /v1/users/me')).status).toBe(401);
    expect((await signIn(own.email, own.password)).status).toBe(401);
    await pollUntil(
      () => fetch(file),
      ({ status }) => status === 404,
    );
    expect((await register({ email: own.email })).status).toBe(201);
  });
});

describe('API keys', () => {
  it('open what their scopes say, until they are revoked; they are told once', async () => {
    const { call } = await createTestUser();
    const made = await call('POST /v1/api-keys', { json: { name: 'reader', scopes: ['read'] } });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'reader', scopes: ['read'], key: expect.stringMatching(/^sk_/) },
    });
    const program = bearer(made.body.key);
    expect((await program('GET /v1/users/me')).status).toBe(200);
    expect(await program('POST /v1/datasets', { json: { name: 'x' } })).toMatchObject({
      status: 403,
      body: { code: 'forbidden_scope' },
    });
    const { body: listed } = await call('GET /v1/api-keys');
    expect(listed.items).toMatchObject([{ id: made.body.id }]);
    expect(JSON.stringify(listed)).not.toContain(made.body.key);
    expect((await user.call(`DELETE /v1/api-keys/${made.body.id}`)).status).toBe(404);
    expect((await call(`DELETE /v1/api-keys/${made.body.id}`)).status).toBe(204);
    expect((await program('GET /v1/users/me')).status).toBe(401);
  });

  it('are not made to be expired', async () => {
    const json = { name: 'late', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' };
    expect(await user.call('POST /v1/api-keys', { json })).toMatchObject({
      status: 422,
      body: { code: 'expiry_in_the_past' },
    });
  });
});

describe('an admin', () => {
  it('lists users a page at a time', async () => {
    const first = (await admin.call('GET /v1/users?limit=2')).body;
    expect(first.items).toHaveLength(2);
    const second = (await admin.call(`GET /v1/users?limit=2&cursor=${first.next}`)).body;
    const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(4);
  });

  it('disables a user, who is out at once, and lets them in again', async () => {
    const { call, id } = await createTestUser();
    const change = (disabled: boolean) => admin.call(`PATCH /v1/users/${id}`, { json: { disabled } });
    expect((await change(true)).body.disabled).toBe(true);
    expect(await call('GET /v1/users/me')).toMatchObject({ status: 401, body: { code: 'account_disabled' } });
    await change(false);
    expect((await call('GET /v1/users/me')).status).toBe(200);
  });

  it('does not lock themselves out', async () => {
    expect(await admin.call(`PATCH /v1/users/${admin.id}`, { json: { disabled: true } })).toMatchObject({
      status: 409,
    });
  });

  it('invites somebody, once', async () => {
    const { token } = (await admin.call('POST /v1/invites')).body;
    expect((await register({ invite: token })).status).toBe(201);
    expect(await register({ invite: token })).toMatchObject({
      status: 403,
      body: { code: 'invalid_invite' },
    });
  });

  it('hands out a link that sets a password, once, and ends the sessions', async () => {
    const { call, ...own } = await createTestUser();
    const { link } = (await admin.call(`POST /v1/users/${own.id}/password-reset`)).body;
    const reset = (word: string) =>
      anonymous(`POST ${link}`, { json: { password: word, passwordConfirmation: word } });
    expect((await reset('short')).status).toBe(422);
    expect((await reset('a brand new password')).status).toBe(204);
    expect((await reset('yet another password')).status).toBe(403);
    expect((await call('GET /v1/users/me')).status).toBe(401);
    expect((await signIn(own.email, 'a brand new password')).status).toBe(201);
  });
});

it('is described at /docs and /v1/openapi.json to everyone', async () => {
  const { body } = await anonymous('GET /v1/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/v1/images', '/v1/jobs/{id}', '/v1/users/me']),
  );
  expect((await anonymous('GET /docs')).body).toContain('<h1>Segmentry API</h1>');
});
