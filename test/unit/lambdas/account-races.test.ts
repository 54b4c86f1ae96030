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

type Api = Awaited<ReturnType<typeof createMemoryApi>>;
type Person = Awaited<ReturnType<Api['createPerson']>>;
