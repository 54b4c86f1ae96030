import { describe, expect, it } from 'vitest';
import { createMemoryApi } from '../../helpers/memory-api.ts';

const FRESH = 'another good phrase';

/** Emails that nobody else may register. */
const claimsOf = ({ memory }: Api) =>
  [...memory.items.values()].flatMap((item) => (item.__edb_e__ === 'userEmail' ? item.email : []));

describe('an account that is changed twice at once', () => {
  const change = (api: Api, { token, password }: Person, json: object) =>
    api.call('PATCH /v1/users/me', { token, json: { ...json, currentPassword: password } });

  it('keeps the new email and the new password, and can be deleted', async () => {
    const api = await createMemoryApi();
    const user = await api.createPerson();
    api.meanwhile.verified = () => change(api, user, { email: 'moved@example.org' });
    expect((await change(api, user, { password: FRESH })).status).toBe(200);
    expect(await api.users.find(user.id)).toMatchObject({ email: 'moved@example.org' });
    expect((await api.signIn('moved@example.org', FRESH)).status).toBe(201);
    const deletion = { token: user.token, json: { currentPassword: FRESH } };
    expect((await api.call('DELETE /v1/users/me', deletion)).status).toBe(204);
    expect(await api.users.find(user.id)).toBeUndefined();
    expect(claimsOf(api)).toEqual([]);
  });

  it('has one email where it was to get two', async () => {
    const api = await createMemoryApi();
    const user = await api.createPerson();
    api.meanwhile.verified = () => change(api, user, { email: 'one@example.org' });
    expect((await change(api, user, { email: 'other@example.org' })).status).toBe(401);
    expect((await api.signIn('one@example.org')).status).toBe(201);
    expect((await api.signIn('other@example.org')).status).toBe(401);
    expect((await change(api, user, { email: 'other@example.org' })).status).toBe(200);
  });

  it('is deleted under the email that it has by then', async () => {
    const api = await createMemoryApi();
    const user = await api.createPerson();
    api.meanwhile.verified = () => change(api, user, { email: 'moved@example.org' });
    const deletion = { token: user.token, json: { currentPassword: user.password } };
    expect((await api.call('DELETE /v1/users/me', deletion)).status).toBe(204);
    expect(await api.users.find(user.id)).toBeUndefined();
    expect(claimsOf(api)).toEqual([]);
  });

  it('is not found where it was deleted', async () => {
    const api = await createMemoryApi();
    const [user, admin] = [await api.createPerson(), await api.createPerson('admin')];
    const known = await api.users.find(user.id);
    api.meanwhile.verified = () => api.users.remove(known as never);
    const changed = await change(api, user, { email: 'moved@example.org' });
    expect(changed).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
    await expect(api.users.update(known as never, { disabled: true })).rejects.toMatchObject({
      code: 'user_not_found',
    });
    const route = `PATCH /v1/users/${user.id}`;
    expect((await api.call(route, { token: admin.token, json: { disabled: true } })).status).toBe(404);
  });
});

it('an account whose email is another’s by now can be deleted, and takes nothing from them', async () => {
  const api = await createMemoryApi();
  const [user, other] = [await api.createPerson(), await api.createPerson()];
  await api.table.entities.user.patch({ id: user.id }).set({ email: other.email }).go();
  const deletion = { token: user.token, json: { currentPassword: user.password } };
  expect((await api.call('DELETE /v1/users/me', deletion)).status).toBe(204);
  expect(await api.users.find(user.id)).toBeUndefined();
  expect((await api.signIn(other.email)).status).toBe(201);
});

it('a change that changes nothing leaves all as it is', async () => {
  const api = await createMemoryApi();
  const user = await api.createPerson();
  const before = await api.users.find(user.id);
  for (const json of [{}, { email: user.email }])
    expect((await api.call('PATCH /v1/users/me', { token: user.token, json })).status).toBe(200);
  expect(await api.users.find(user.id)).toEqual(before);
});

describe('a reset of the password outruns', () => {
  /** A user whose password somebody else knows too, and a reset that they may use. */
  async function createVictim() {
    const api = await createMemoryApi();
    const [user, admin] = [await api.createPerson(), await api.createPerson('admin')];
    const { body } = await api.call(`POST /v1/users/${user.id}/password-reset`, { token: admin.token });
    const reset = async () => {
      const json = { password: FRESH, passwordConfirmation: FRESH };
      expect((await api.call(`POST /v1/password-resets/${body.token}`, { json })).status).toBe(204);
    };
    const statusOf = async (token: string) => (await api.call('GET /v1/users/me', { token })).status;
    return { api, user, reset, statusOf };
  }

  it('a log-in with the old one', async () => {
    const { api, user, reset, statusOf } = await createVictim();
    api.meanwhile.verified = reset;
    const { body: stolen } = await api.signIn(user.email);
    expect(await statusOf(stolen.accessToken)).toBe(401);
    const json = { refreshToken: stolen.refreshToken };
    expect((await api.call('POST /v1/sessions/refresh', { json })).status).toBe(401);
    const { body: own } = await api.signIn(user.email, FRESH);
    expect(await statusOf(own.accessToken)).toBe(200);
  });

  it('an API key that is being made', async () => {
    const { api, user, reset, statusOf } = await createVictim();
    const make = async (token: string, during: () => Promise<unknown>) => {
      // A body that comes late: by then the request knows who sends it.
      const body = new ReadableStream(
        {
          async pull(stream) {
            await during();
            stream.enqueue(new TextEncoder().encode('{"name": "k", "scopes": ["read"]}'));
            stream.close();
          },
        },
        { highWaterMark: 0 },
      );
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const request = { method: 'POST', body, duplex: 'half', headers } as RequestInit;
      const response = await api.app.request('/v1/api-keys', request, {});
      return (await response.json()) as { key: string };
    };
    const stolen = await make(user.token, reset);
    expect(await statusOf(stolen.key)).toBe(401);
    const { body: own } = await api.signIn(user.email, FRESH);
    expect(await statusOf((await make(own.accessToken, async () => {})).key)).toBe(200);
  });

  it.each<[string, string, object]>([
    ['a change of the password', 'PATCH', { password: 'a third good phrase' }],
    ['a change of the email', 'PATCH', { email: 'thief@example.org' }],
    ['a deletion', 'DELETE', {}],
  ])('%s', async (_, method, json) => {
    const { api, user, reset } = await createVictim();
    api.meanwhile.verified = reset;
    const { status, body } = await api.call(`${method} /v1/users/me`, {
      token: user.token,
      json: { ...json, currentPassword: user.password },
    });
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'wrong_credentials' });
    expect((await api.signIn(user.email, FRESH)).status).toBe(201);
  });
});

describe('of several links that reset one password', () => {
  async function createLinks() {
    const api = await createMemoryApi();
    const [user, admin] = [await api.createPerson(), await api.createPerson('admin')];
    const ask = async () =>
      (await api.call(`POST /v1/users/${user.id}/password-reset`, { token: admin.token })).body.token;
    const use = (token: string, password: string) =>
      api.call(`POST /v1/password-resets/${token}`, { json: { password, passwordConfirmation: password } });
    return { api, user, ask, use };
  }

  it('the others are good for nothing once one is used', async () => {
    const { api, user, ask, use } = await createLinks();
    const [lost, kept] = [await ask(), await ask()];
    expect((await use(kept, FRESH)).status).toBe(204);
    expect(await use(lost, 'a thief’s own phrase')).toMatchObject({
      status: 403,
      body: { code: 'invalid_link' },
    });
    expect((await api.signIn(user.email, FRESH)).status).toBe(201);
    expect((await use(await ask(), 'a third good phrase')).status).toBe(204);
  });

  it('one is good where they are used at once', async () => {
    const { ask, use } = await createLinks();
    const links = [await ask(), await ask()];
    const used = await Promise.all(links.map((link) => use(link, FRESH)));
    expect(used.map(({ status }) => status).sort()).toEqual([204, 403]);
  });

  it('all stay good where who has the password changes it', async () => {
    const { api, user, ask, use } = await createLinks();
    const link = await ask();
    const json = { password: 'a thief’s own phrase', currentPassword: user.password };
    expect((await api.call('PATCH /v1/users/me', { token: user.token, json })).status).toBe(200);
    expect((await use(link, FRESH)).status).toBe(204);
  });
});

describe('of two admins who take each other’s rights at once one is left', () => {
  it.each([{ role: 'user' }, { disabled: true }])('where each sends %o', async (change) => {
    const api = await createMemoryApi();
    const [one, other] = [await api.createPerson('admin'), await api.createPerson('admin')];
    const against = ({ id }: Person) => `/v1/users/${id}`;
    // A body that comes late: by then it is known that an admin sends it.
    const body = new ReadableStream(
      {
        async pull(stream) {
          const first = await api.call(`PATCH ${against(other)}`, { token: one.token, json: change });
          expect(first.status).toBe(200);
          stream.enqueue(new TextEncoder().encode(JSON.stringify(change)));
          stream.close();
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${other.token}` };
    const request = { method: 'PATCH', body, duplex: 'half', headers } as RequestInit;
    const late = await api.app.request(against(one), request, {});
    expect(await late.json()).toMatchObject({ status: 403, code: 'admin_only' });
    expect(await api.users.find(one.id)).toMatchObject({ role: 'admin', disabled: false });
  });
});

it('a new password outruns a log-in with the old one, and leaves its own log-in and the API keys', async () => {
  const api = await createMemoryApi();
  const user = await api.createPerson();
  const { token } = user;
  const made = await api.call('POST /v1/api-keys', { token, json: { name: 'k', scopes: ['read'] } });
  const json = { password: FRESH, currentPassword: user.password };
  api.meanwhile.verified = () => api.call('PATCH /v1/users/me', { token, json });
  const { body: other } = await api.signIn(user.email);
  const statuses = [];
  for (const bearer of [other.accessToken, token, made.body.key])
    statuses.push((await api.call('GET /v1/users/me', { token: bearer })).status);
  expect(statuses).toEqual([401, 200, 200]);
  const refreshed = { json: { refreshToken: user.tokens.refreshToken } };
  expect((await api.call('POST /v1/sessions/refresh', refreshed)).status).toBe(201);
  const again = { password: 'a third good phrase', currentPassword: FRESH };
  expect((await api.call('PATCH /v1/users/me', { token, json: again })).status).toBe(200);
  expect((await api.call('GET /v1/users/me', { token })).status).toBe(200);
});

type Api = Awaited<ReturnType<typeof createMemoryApi>>;
type Person = Awaited<ReturnType<Api['createPerson']>>;
