import { describe, expect, inject, it } from 'vitest';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { createTestAdmin, createTestUser, type TestUser } from '../signed-in.ts';
import { playAttacks, someOf, unlessRefused } from './play-attacks.ts';
import { ROUTES_OF_SCOPE } from './scopes-of-routes.ts';

type Scope = keyof typeof ROUTES_OF_SCOPE;

const rows = Object.entries(ROUTES_OF_SCOPE).flatMap(([scope, routes]) =>
  routes.map((route) => ({ route: route as string, scope: scope as Scope })),
);

/** Each route with each principal that may not use it: API keys of every scope, persons for what is admins'. */
export function attackScopes(): void {
  const { apiUrl } = inject('deployment');

  async function keysOf(
    owner: TestUser,
    given: readonly (readonly Scope[])[],
  ): Promise<[string, readonly Scope[], ApiClient][]> {
    const role = given.flat().includes('admin') ? "an admin's key" : "a user's key";
    return Promise.all(
      given.map(async (scopes) => {
        const { body } = await owner.call('POST /v1/api-keys', { json: { name: 'k', scopes } });
        const call = createApiClient(apiUrl, { authorization: `Bearer ${body.key}` });
        return [`${role} for ${scopes.join(', ')}`, scopes, call] as [string, readonly Scope[], ApiClient];
      }),
    );
  }

  describe('a route is open to those only whom it is for', () => {
    it('and each has its row', async () => {
      const { body } = await createApiClient(apiUrl)('GET /v1/openapi.json');
      const documented = Object.entries(
        body.paths as Record<string, Record<string, { security?: { bearer: string[] }[] }>>,
      ).flatMap(([path, item]) =>
        Object.entries(item).map(([method, { security }]) => {
          const own = security?.length === 0 ? 'public' : security?.[0]?.bearer[0];
          return `${method.toUpperCase()} ${path}: ${own ?? (method === 'get' ? 'read' : 'write')}`;
        }),
      );
      expect(documented.sort()).toEqual(rows.map(({ route, scope }) => `${route}: ${scope}`).sort());
    });

    it('whatever key somebody comes with', async () => {
      const [user, admin] = [await createTestUser(), await createTestAdmin()];
      const keys = [
        ...(await keysOf(user, [['read'], ['write'], ['read', 'write']])),
        ...(await keysOf(admin, [
          ['admin'],
          ['read', 'admin'],
          ['write', 'admin'],
          ['read', 'write', 'admin'],
        ])),
      ];
      const attacks = Object.fromEntries(
        keys.flatMap(([name, scopes, call]) =>
          rows
            .filter(({ scope }) => scope !== 'public' && !scopes.includes(scope))
            .map(({ route }) => [`${name}: ${route}`, { route, call }] as const),
        ),
      );
      await playAttacks('API5 function level authorization', someOf(attacks), async ({ route, call }) =>
        unlessRefused(await ask(call, route), 403),
      );
    });

    it('and what is an admin’s to no other person', async () => {
      const { call } = await createTestUser();
      const attacks = Object.fromEntries(
        rows
          .filter(({ route, scope }) => isForAdmins(route, scope))
          .map(({ route }) => [`a user: ${route}`, route]),
      );
      await playAttacks('API5 function level authorization', attacks, async (route) =>
        unlessRefused(await ask(call, route), 403),
      );
    });
  });
}

const isForAdmins = (route: string, scope: Scope) =>
  scope === 'admin' || (scope === 'account' && /\/v1\/(users$|users\/\{id\}|invites)/.test(route));

/** Bodies of routes that look at theirs before they look at whose turn it is. */
const BODIES: Record<string, object> = {
  'POST /v1/users/{id}/credits': { amount: 1 },
  'PUT /v1/models/{id}/versions/{version}/status': { status: 'disabled' },
  'POST /v1/models': {
    id: 'm',
    version: '1',
    family: 'yolov8',
    task: 'detect',
    classes: ['a'],
    licence: 'MIT',
    inputSize: { width: 64, height: 64 },
    sha256: '0'.repeat(64),
    sizeBytes: 1,
  },
};

const ask = (call: ApiClient, route: string) =>
  call(
    route.replaceAll(/\{\w+\}/g, 'usr_1'),
    /^(POST|PUT|PATCH)/.test(route) ? { json: BODIES[route] ?? {} } : {},
  );
