import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createConnectionRecords } from '../../../core/adapters/dynamodb/records/connection-records.ts';
import { openConnection } from '../../../core/domain/live/open-connection.ts';
import { createMemoryApi } from '../../helpers/memory-api.ts';

/** A user with WebSockets by two log-ins and two API keys, and a stranger with one. */
async function createListeners() {
  const api = await createMemoryApi();
  const connections = createConnectionRecords(api.table, () => new Date());
  const open = async (id: string, token: string, meanwhile = async (): Promise<unknown> => undefined) => {
    const authenticate = () => api.authenticate(`Bearer ${token}`);
    const { principal } = await authenticate();
    await meanwhile();
    await openConnection(id, principal, { connections, authenticateAgain: authenticate });
  };
  const [user, admin] = [await api.createPerson(), await api.createPerson('admin')];
  const { body: other } = await api.signIn(user.email);
  const createKey = async () => {
    const json = { name: 'k', scopes: ['read'] };
    return (await api.call('POST /v1/api-keys', { token: user.token, json })).body;
  };
  const [key, otherKey] = [await createKey(), await createKey()];
  await open('own', user.token);
  await open('other log-in', other.accessToken);
  await open('key', key.key);
  await open('other key', otherKey.key);
  await open('stranger', admin.token);
  const heard = async () => {
    const ofUsers = await Promise.all([user, admin].map(({ id }) => connections.listOfUser(id)));
    return ofUsers.flat().map(({ id }) => id);
  };
  return { api, connections, open, user, admin, other, key, heard };
}

it('a log-out ends the WebSockets of its log-in', async () => {
  const { api, user, heard } = await createListeners();
  expect((await api.call('DELETE /v1/sessions/current', { token: user.token })).status).toBe(204);
  expect((await heard()).sort()).toEqual(['key', 'other key', 'other log-in', 'stranger']);
});

it('a refresh token that comes a second time does, too', async () => {
  const { api, user, heard } = await createListeners();
  const json = { refreshToken: user.tokens.refreshToken };
  expect((await api.call('POST /v1/sessions/refresh', { json })).status).toBe(201);
  expect((await api.call('POST /v1/sessions/refresh', { json })).status).toBe(401);
  expect(await heard()).not.toContain('own');
});

it('the end of a key ends the WebSockets that it opened', async () => {
  const { api, user, key, heard } = await createListeners();
  expect((await api.call(`DELETE /v1/api-keys/${key.id}`, { token: user.token })).status).toBe(204);
  expect((await heard()).sort()).toEqual(['other key', 'other log-in', 'own', 'stranger']);
});

it('a new password ends those of all other log-ins, a reset those of all log-ins and keys', async () => {
  const { api, user, admin, heard } = await createListeners();
  const json = { password: 'another good phrase', currentPassword: user.password };
  expect((await api.call('PATCH /v1/users/me', { token: user.token, json })).status).toBe(200);
  expect((await heard()).sort()).toEqual(['key', 'other key', 'own', 'stranger']);
  const { body: reset } = await api.call(`POST /v1/users/${user.id}/password-reset`, { token: admin.token });
  const fresh = { password: 'a third good phrase', passwordConfirmation: 'a third good phrase' };
  expect((await api.call(`POST /v1/password-resets/${reset.token}`, { json: fresh })).status).toBe(204);
  expect(await heard()).toEqual(['stranger']);
});

it('disabling a user ends all of theirs', async () => {
  const { api, user, admin, heard } = await createListeners();
  const disabled = { token: admin.token, json: { disabled: true } };
  expect((await api.call(`PATCH /v1/users/${user.id}`, disabled)).status).toBe(200);
  expect(await heard()).toEqual(['stranger']);
});

describe('a WebSocket that is being opened is refused where', () => {
  type Listeners = Awaited<ReturnType<typeof createListeners>>;

  it.each<[string, (listeners: Listeners) => Promise<{ status: number }>]>([
    [
      'its user is disabled meanwhile',
      ({ api, user, admin }) =>
        api.call(`PATCH /v1/users/${user.id}`, { token: admin.token, json: { disabled: true } }),
    ],
    [
      'its log-in ends meanwhile',
      ({ api, user }) => api.call('DELETE /v1/sessions/current', { token: user.token }),
    ],
    [
      'the password is changed meanwhile by another log-in',
      ({ api, user, other }) =>
        api.call('PATCH /v1/users/me', {
          token: other.accessToken,
          json: { password: 'another good phrase', currentPassword: user.password },
        }),
    ],
  ])('%s', async (_, meanwhile) => {
    const listeners = await createListeners();
    const { open, user, heard } = listeners;
    const opening = open('late', user.token, async () => {
      expect((await meanwhile(listeners)).status).toBeLessThan(300);
    });
    await expect(opening).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect(await heard()).not.toContain('late');
  });
});

describe('a WebSocket hears nothing more after the end of', () => {
  const MINUTE_MS = 60_000;
  const startMs = Date.parse('2026-01-01T10:30:00Z');
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: startMs }));
  afterEach(() => void vi.useRealTimers());

  async function createListener(pick: (api: Api, user: Person) => Promise<string>) {
    const api = await createMemoryApi();
    const connections = createConnectionRecords(api.table, () => new Date());
    const user = await api.createPerson();
    const authenticate = async () => api.authenticate(`Bearer ${token}`);
    const token = await pick(api, user);
    const { principal } = await authenticate();
    await openConnection('c', principal, { connections, authenticateAgain: authenticate });
    const isHeardAfter = async (minutes: number) => {
      vi.setSystemTime(startMs + minutes * MINUTE_MS);
      const listed = await connections.listOfUser(principal.userId);
      return [listed[0]?.isOver !== true, (await connections.find('c')) !== undefined];
    };
    return { isHeardAfter };
  }

  it('its API key', async () => {
    const expiresAt = new Date(startMs + 30 * MINUTE_MS).toISOString();
    const json = { name: 'k', scopes: ['read'], expiresAt };
    const { isHeardAfter } = await createListener(
      async (api, { token }) => (await api.call('POST /v1/api-keys', { token, json })).body.key,
    );
    expect(await isHeardAfter(29)).toEqual([true, true]);
    expect(await isHeardAfter(31)).toEqual([false, false]);
  });

  it('its log-in, which lets nobody in then either', async () => {
    const { isHeardAfter } = await createListener(async (api, { id, token }) => {
      const { data } = await api.table.entities.session.query.byUser({ userId: id }).go();
      const expiresAt = new Date(startMs + 10 * MINUTE_MS).toISOString();
      await api.table.entities.session
        .patch({ id: data[0]?.id ?? '' })
        .set({ expiresAt })
        .go();
      vi.setSystemTime(startMs + 11 * MINUTE_MS);
      expect((await api.call('GET /v1/users/me', { token })).status).toBe(401);
      vi.setSystemTime(startMs);
      return token;
    });
    expect(await isHeardAfter(9)).toEqual([true, true]);
    expect(await isHeardAfter(11)).toEqual([false, false]);
  });

  it('two hours, however long its key is good', async () => {
    const { isHeardAfter } = await createListener(async (api, { token }) => {
      const json = { name: 'k', scopes: ['read'] };
      return (await api.call('POST /v1/api-keys', { token, json })).body.key;
    });
    expect(await isHeardAfter(119)).toEqual([true, true]);
    expect(await isHeardAfter(121)).toEqual([false, false]);
  });
});

type Api = Awaited<ReturnType<typeof createMemoryApi>>;
type Person = Awaited<ReturnType<Api['createPerson']>>;
