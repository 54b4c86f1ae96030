import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUserErasure } from '../../../core/adapters/dynamodb/records/user-erasure.ts';
import { eraseUser } from '../../../core/domain/cleanup/erase-user.ts';
import { createMemoryApi, createSigningKeys } from '../../helpers/memory-api.ts';

let server: Server;
let issuer: string;
let foreign: Awaited<ReturnType<typeof createSigningKeys>>;

beforeAll(async () => {
  foreign = await createSigningKeys();
  server = createServer(async (_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(await foreign.publicKeys()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const createApi = (options: { writesUsers?: boolean } = {}) =>
  createMemoryApi({ trustedIssuers: [{ issuer, audience: 'us' }], ...options });
const tokenOf = (sub: string, claims: Record<string, unknown> = {}) => {
  const iat = Math.floor(Date.now() / 1000);
  return foreign.signJwt({ iss: issuer, aud: 'us', sub, iat, exp: iat + 600, ...claims });
};

it('a user of another issuer who goes leaves the log-in of somebody with the same email alone', async () => {
  const api = await createApi();
  const victim = await api.createPerson();
  const token = await tokenOf('mallory', { email: victim.email, email_verified: true });
  expect((await api.call('GET /v1/users/me', { token })).status).toBe(200);
  expect((await api.call('DELETE /v1/users/me', { token })).status).toBe(204);
  expect((await api.signIn(victim.email)).status).toBe(201);
});

it('an email that is not verified is not shown as theirs', async () => {
  const api = await createApi();
  const token = await tokenOf('mallory', { email: 'ceo@example.org', email_verified: false });
  const { body } = await api.call('GET /v1/users/me', { token });
  expect(body.email).not.toBe('ceo@example.org');
});

it('a deleted user of another issuer does not come anew with the next request', async () => {
  const api = await createApi();
  const token = await tokenOf('ann');
  const { body } = await api.call('GET /v1/users/me', { token });
  await api.call('DELETE /v1/users/me', { token });
  for (let each = 0; each < 3; each++) {
    expect(await api.call('GET /v1/users/me', { token })).toMatchObject({
      status: 401,
      body: { code: 'account_deleted' },
    });
  }
  expect(await api.users.find(body.id)).toBeUndefined();
});

it('whoever may not write accounts takes a user of another issuer for what they will be, and a deleted one for nobody', async () => {
  const api = await createApi({ writesUsers: false });
  const { principal } = await api.authenticate(`Bearer ${await tokenOf('bob')}`);
  expect(principal.scopes).toEqual(['read', 'write', 'account']);
  expect(await api.users.find(principal.userId)).toBeUndefined();
  await api.table.entities.deletedUser.put({ id: principal.userId, ttl: 1 }).go();
  await expect(api.authenticate(`Bearer ${await tokenOf('bob')}`)).rejects.toMatchObject({
    code: 'account_deleted',
  });
});

it('erasure touches nothing of an account that is there', async () => {
  const api = await createApi();
  const { id, email } = await api.createPerson();
  const before = structuredClone([...api.memory.items]);
  expect(JSON.stringify(before)).toContain('credential');
  const ports = {
    userData: createUserErasure(api.table),
    userExists: async (userId: string) => (await api.users.find(userId)) !== undefined,
    objects: { remove: async () => {} },
  };
  expect(await eraseUser(id, ports)).toBe('kept');
  expect([...api.memory.items]).toEqual(before);
  await api.users.remove((await api.users.findByEmail(email)) as never);
  // The password goes with the account, in one transaction; sessions go with the erasure.
  const left = JSON.stringify([...api.memory.items]);
  expect(left).not.toContain(`credential#${id}`);
  expect(left).toContain('credential#ses_');
  await eraseUser(id, ports);
  expect(JSON.stringify([...api.memory.items])).not.toContain('credential');
});
