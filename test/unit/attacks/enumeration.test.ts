import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from '../../../core/adapters/scrypt/password-hasher.ts';
import { playAttacks } from '../../helpers/attacks/play-attacks.ts';
import { createMemoryApi } from '../../helpers/memory-api.ts';

type Api = Awaited<ReturnType<typeof createMemoryApi>>;
type Answer = Awaited<ReturnType<Api['call']>>;

/** All that an answer tells, but for the number of its request and the ids that were asked for. */
const told = ({ status, body, headers }: Answer, ...asked: string[]) => {
  const { requestId: _, ...rest } = body || {};
  const text = JSON.stringify({ status, ...rest, type: headers.get('content-type') });
  return asked.reduce((left, id) => left.replaceAll(id, 'ID'), text);
};

describe('nothing tells whether somebody or something is there', () => {
  it('by its answer', async () => {
    const api = await createMemoryApi();
    const [user, gone, admin] = [
      await api.createPerson(),
      await api.createPerson(),
      await api.createPerson('admin'),
    ];
    await api.call(`PATCH /v1/users/${gone.id}`, { token: admin.token, json: { disabled: true } });
    const unknown = await api.signIn('nobody@example.org', 'wrong');
    const own = (
      await api.call('POST /v1/api-keys', { token: admin.token, json: { name: 'k', scopes: ['read'] } })
    ).body;
    const remove = (id: string) => api.call(`DELETE /v1/api-keys/${id}`, { token: user.token });
    const refresh = (refreshToken: string) =>
      api.call('POST /v1/sessions/refresh', { json: { refreshToken } });
    const fresh = { password: 'another good phrase', passwordConfirmation: 'another good phrase' };
    const reset = (token: string) => api.call(`POST /v1/password-resets/${token}`, { json: fresh });
    const invite = await api.call('POST /v1/invites', { token: admin.token });
    const pairs: Record<string, [string, string]> = {
      'a log-in of a known user': [told(await api.signIn(user.email, 'wrong')), told(unknown)],
      'a log-in of a disabled user': [told(await api.signIn(gone.email, 'wrong')), told(unknown)],
      'a log-in of a disabled user with the right password': [
        told(await api.signIn(gone.email)),
        told(unknown),
      ],
      "another's API key": [told(await remove(own.id), own.id), told(await remove('key_none'), 'key_none')],
      'a refresh token of a known session': [
        told(await refresh(`${admin.tokens.refreshToken.slice(0, 36)}_${'x'.repeat(43)}`)),
        told(await refresh(`rt_${'0'.repeat(32)}_${'x'.repeat(43)}`)),
      ],
      'an invite as a password reset': [
        told(await reset(invite.body.token), invite.body.token),
        told(await reset('A'.repeat(43)), 'A'.repeat(43)),
      ],
      'an API key of a known user': [
        told(await api.call('GET /v1/users/me', { token: `sk_${user.id.slice(4)}_${'A'.repeat(43)}` })),
        told(await api.call('GET /v1/users/me', { token: `sk_${'0'.repeat(32)}_${'A'.repeat(43)}` })),
      ],
      'a disabled user by a forged API key': [
        told(await api.call('GET /v1/users/me', { token: `sk_${gone.id.slice(4)}_${'A'.repeat(43)}` })),
        told(await api.call('GET /v1/users/me', { token: `sk_${'1'.repeat(32)}_${'A'.repeat(43)}` })),
      ],
    };
    await playAttacks('API6 sensitive flows', pairs, async ([there, notThere]) =>
      there === notThere ? undefined : `${there} differs from ${notThere}`,
    );
  });

  it('by the work of a log-in: an unknown user costs what a known one does', async () => {
    const hasher = createPasswordHasher({ N: 2 ** 14, r: 8, p: 1 });
    const hash = await hasher.hash('four unrelated words');
    /** Processor time, which other programs on the machine do not lengthen. */
    const workOf = async (stored: string | undefined) => {
      const before = process.cpuUsage();
      expect(await hasher.verify('wrong', stored)).toBe(false);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const work: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    await hasher.verify('wrong', undefined);
    for (let each = 0; each < 9; each += 1) {
      work.known.push(await workOf(hash));
      work.unknown.push(await workOf(undefined));
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[4] as number;
    const ratio = median(work.known) / median(work.unknown);
    await playAttacks('API6 sensitive flows', { 'timing of log-ins': ratio }, async () =>
      ratio > 0.5 && ratio < 2 ? undefined : `a known user takes ${ratio.toFixed(2)} times as long`,
    );
  });
});
