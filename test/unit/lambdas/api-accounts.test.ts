import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryApi } from '../../helpers/memory-api.ts';

it('half a character in a body, which UTF-8 cannot write, is taken as bytes are that are none', async () => {
  const api = await createMemoryApi();
  const { token } = await api.createPerson();
  const { body } = await api.call('PATCH /v1/users/me', { token, json: { username: 'a\ud83d' } });
  expect(body).toMatchObject({ username: 'a\ufffd' });
  const key = await api.call('POST /v1/api-keys', { token, json: { name: '\udc00', scopes: ['read'] } });
  expect(key.body).toMatchObject({ name: '\ufffd', scopes: ['read'] });
});

describe('an API key', () => {
  const KEYS = { read: ['read'], write: ['write'], both: ['read', 'write'] };
  const routesForPersons = (document: { paths: Record<string, Record<string, { security?: object[] }>> }) =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { security }]) => JSON.stringify(security) === '[{"bearer":["account"]}]')
        .map(([method]) => `${method.toUpperCase()} ${path.replace('{id}', 'usr_1')}`),
    );

  it('manages no keys, no credentials, no account and no people, not even an admin’s', async () => {
    const api = await createMemoryApi();
    const routes = routesForPersons((await api.call('GET /v1/openapi.json')).body);
    expect(routes).toEqual(
      expect.arrayContaining([
        'POST /v1/api-keys',
        'GET /v1/api-keys',
        'PATCH /v1/users/me',
        'DELETE /v1/users/me',
        'PATCH /v1/users/usr_1',
        'POST /v1/users/usr_1/password-reset',
        'POST /v1/users/usr_1/credits',
        'POST /v1/invites',
      ]),
    );
    for (const role of ['user', 'admin'] as const) {
      const { token } = await api.createPerson(role);
      const scopes = role === 'admin' ? { ...KEYS, all: ['read', 'write', 'admin'] } : KEYS;
      for (const [name, given] of Object.entries(scopes)) {
        const made = await api.call('POST /v1/api-keys', { token, json: { name, scopes: given } });
        for (const route of routes) {
          const { status, body } = await api.call(route, {
            token: made.body.key,
            ...(!/^(GET|DELETE)/.test(route) && { json: { name: 'k', scopes: ['read'], amount: 1 } }),
          });
          expect({ role, name, route, status, code: body.code }).toEqual({
            role,
            name,
            route,
            status: 403,
            code: 'forbidden_scope',
          });
        }
      }
    }
  });

  it('adds models only with the scope that an admin gave it, and as long as they are an admin', async () => {
    const api = await createMemoryApi();
    const [admin, user] = [await api.createPerson('admin'), await api.createPerson()];
    const keyOf = async (token: string, scopes: string[]) =>
      (await api.call('POST /v1/api-keys', { token, json: { name: 'k', scopes } })).body;
    expect(await keyOf(user.token, ['admin'])).toMatchObject({ status: 403, code: 'admin_only' });
    const [plain, special] = [
      await keyOf(admin.token, ['read', 'write']),
      await keyOf(admin.token, ['admin']),
    ];
    const change = (token: string) =>
      api.call('PUT /v1/models/m/versions/1/status', { token, json: { status: 'disabled' } });
    expect(await change(plain.key)).toMatchObject({ status: 403, body: { code: 'forbidden_scope' } });
    expect(await change(special.key)).toMatchObject({ status: 404 });
    await api.users.update((await api.users.find(admin.id)) as never, { role: 'user' });
    expect(await change(special.key)).toMatchObject({ status: 403 });
  });

  it('is revoked with all others when the password is reset', async () => {
    const api = await createMemoryApi();
    const [admin, user] = [await api.createPerson('admin'), await api.createPerson()];
    const { body: made } = await api.call('POST /v1/api-keys', {
      token: user.token,
      json: { name: 'k', scopes: ['read'] },
    });
    const { body: reset } = await api.call(`POST /v1/users/${user.id}/password-reset`, {
      token: admin.token,
    });
    expect((await api.call('GET /v1/users/me', { token: made.key })).status).toBe(200);
    const json = { password: 'another good phrase', passwordConfirmation: 'another good phrase' };
    expect((await api.call(`POST /v1/password-resets/${reset.token}`, { json })).status).toBe(204);
    expect((await api.call('GET /v1/users/me', { token: made.key })).status).toBe(401);
  });
});

describe('registration', () => {
  const account = (email: string, invite?: string) => ({
    json: { email, password: 'four unrelated words', passwordConfirmation: 'four unrelated words', invite },
  });

  it('hashes no password for an invite that was made up', async () => {
    const api = await createMemoryApi({ registration: 'invite' });
    const { status, body } = await api.call('POST /v1/users', account('a@example.org', 'made-up'));
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'invalid_invite' });
    expect(api.counts.hashes).toBe(0);
    const admin = await api.createPerson('admin');
    const { body: invite } = await api.call('POST /v1/invites', { token: admin.token });
    expect((await api.call('POST /v1/users', account('a@example.org', invite.token))).status).toBe(201);
  });

  it('is limited for each address', async () => {
    const api = await createMemoryApi({ registrationsPerHour: 3 });
    const statuses: number[] = [];
    for (let each = 0; each < 5; each++) {
      statuses.push((await api.call('POST /v1/users', account(`r${each}@example.org`))).status);
    }
    expect(statuses).toEqual([201, 201, 201, 429, 429]);
    expect(api.counts.hashes).toBe(3);
    const elsewhere = { ...account('r9@example.org'), address: '198.51.100.9' };
    expect((await api.call('POST /v1/users', elsewhere)).status).toBe(201);
  });
});

describe('guessing', () => {
  // Attempts are counted by the hour of the clock, which must not strike in between.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T10:30:00Z') }));
  afterEach(() => void vi.useRealTimers());

  it('from elsewhere locks nobody out, and a reset lets the account in again', async () => {
    const api = await createMemoryApi();
    const [user, admin] = [await api.createPerson(), await api.createPerson('admin')];
    const guess = async (address: string) => (await api.signIn(user.email, 'guess', address)).status;
    for (let each = 0; each < 12; each++) await guess('203.0.113.5');
    expect(await guess('203.0.113.5')).toBe(429);
    expect((await api.signIn(user.email)).status).toBe(201);
    for (let each = 0; each < 12; each++) await guess('192.0.2.1');
    expect((await api.signIn(user.email)).status).toBe(429);
    const { body } = await api.call(`POST /v1/users/${user.id}/password-reset`, { token: admin.token });
    const json = { password: 'another good phrase', passwordConfirmation: 'another good phrase' };
    await api.call(`POST /v1/password-resets/${body.token}`, { json });
    expect((await api.signIn(user.email, json.password)).status).toBe(201);
  });

  it('from many addresses is limited all the same', async () => {
    const api = await createMemoryApi();
    const user = await api.createPerson();
    const statuses = [];
    for (let each = 0; each < 510; each++) {
      statuses.push((await api.signIn(user.email, 'guess', `198.51.${each >> 3}.1`)).status);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(500);
  });

  it('the current password with another’s session ends after ten tries, deleting included', async () => {
    const api = await createMemoryApi();
    const { token, password } = await api.createPerson();
    const statuses = [];
    for (let each = 0; each < 6; each++) {
      const json = { currentPassword: `guess ${each}` };
      statuses.push(
        (await api.call('PATCH /v1/users/me', { token, json: { ...json, email: 'new@example.org' } })).status,
        (await api.call('DELETE /v1/users/me', { token, json })).status,
      );
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    expect(
      (await api.call('DELETE /v1/users/me', { token, json: { currentPassword: password } })).status,
    ).toBe(429);
  });
});

describe('deleting the account', () => {
  it('needs the password', async () => {
    const api = await createMemoryApi();
    const { id, token, password } = await api.createPerson();
    expect((await api.call('DELETE /v1/users/me', { token })).status).toBe(401);
    expect(api.counts.erasures).toEqual([]);
    const json = { currentPassword: password };
    expect((await api.call('DELETE /v1/users/me', { token, json })).status).toBe(204);
    expect(api.counts.erasures).toEqual([id]);
  });
});

it('sends pages that run nothing, and says of every answer what it is', async () => {
  const api = await createMemoryApi();
  const { headers } = await api.call('GET /docs');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const route of ['GET /docs', 'GET /v1/health', 'GET /v1/users/me']) {
    expect((await api.call(route)).headers.get('x-content-type-options')).toBe('nosniff');
  }
});
