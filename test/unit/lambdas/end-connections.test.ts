import { expect, it } from 'vitest';
import { createConnectionRecords } from '../../../core/adapters/dynamodb/records/connection-records.ts';
import { openConnection } from '../../../core/domain/live/open-connection.ts';
import { createMemoryApi } from '../../helpers/memory-api.ts';

/** A user with WebSockets by two log-ins and two API keys, and a stranger with one. */
async function createListeners() {
  const api = await createMemoryApi();
  const connections = createConnectionRecords(api.table, () => new Date());
  const open = async (id: string, token: string) => {
    const { principal } = await api.authenticate(`Bearer ${token}`);
    await openConnection(id, principal, { connections });
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
  return { api, user, admin, other, key, heard };
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
