import type { ApiKey } from '../../domain/api-key.ts';
import type { Session } from '../../domain/session.ts';
import type { User } from '../../domain/user.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { unlessConditionFailed } from './transaction.ts';

const present = <Name extends string, Item>(name: Name, item: Item | null | undefined) =>
  (item === null || item === undefined ? {} : { [name]: item }) as { [Key in Name]?: Item };

/** Reads what stands behind a credential, each in one call. */
export function createIdentityRecords(table: SegmentryTable, now: () => Date) {
  return {
    async ofSession(userId: string, sessionId: string): Promise<{ user?: User; session?: Session }> {
      const { data } = await table.transaction
        .get(({ user, session }) => [
          user.get({ id: userId }).commit(),
          session.get({ id: sessionId }).commit(),
        ])
        .go();
      return { ...present('user', data[0].item), ...present('session', data[1].item) };
    },

    async ofApiKey(userId: string, hash: string): Promise<{ user?: User; apiKey?: ApiKey }> {
      const { data } = await table.transaction
        .get(({ user, apiKey }) => [user.get({ id: userId }).commit(), apiKey.get({ hash }).commit()])
        .go();
      return { ...present('user', data[0].item), ...present('apiKey', data[1].item) };
    },

    async ofIssuer(userId: string, email: string | undefined): Promise<User> {
      const { user: users } = table.entities;
      const { data } = await users.get({ id: userId }).go({ consistent: true });
      if (data !== null) return data;
      const user: User = {
        id: userId,
        email: email ?? `${userId}@unknown.invalid`,
        username: email?.split('@')[0] ?? userId,
        role: 'user',
        disabled: false,
        createdAt: now().toISOString(),
      };
      await users.create(user).go().catch(unlessConditionFailed);
      return user;
    },
  };
}
