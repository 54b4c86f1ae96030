import type { ApiKey } from '../../../domain/entities/api-key.ts';
import type { Session } from '../../../domain/entities/session.ts';
import type { User } from '../../../domain/entities/user.ts';
import type { Prefetched, PrefetchKeys } from '../../../domain/request/prefetch.ts';
import { gatherGets } from '../table/gather-gets.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';
import { addWanted } from './prefetch.ts';

/** Reads what stands behind a credential, with what its bearer wants, each in one call. */
export function createIdentityRecords(table: SegmentryTable, now: () => Date) {
  const { user: users, session: sessions, apiKey: apiKeys } = table.entities;

  function gather(userId: string, wanted: PrefetchKeys) {
    const gets = gatherGets(table);
    const user = gets.add(users.get({ id: userId }), (Item) => users.parse({ Item }).data);
    return { gets, user, prefetched: addWanted(gets, { wanted, userId, table }) };
  }

  return {
    async ofSession(
      userId: string,
      sessionId: string,
      wanted: PrefetchKeys,
    ): Promise<{ user: User | undefined; session: Session | undefined; prefetched: Prefetched }> {
      const { gets, user, prefetched } = gather(userId, wanted);
      const session = gets.add(sessions.get({ id: sessionId }), (Item) => sessions.parse({ Item }).data);
      await gets.run();
      return { user: user(), session: session(), prefetched: prefetched() };
    },

    async ofApiKey(
      userId: string,
      hash: string,
      wanted: PrefetchKeys,
    ): Promise<{ user: User | undefined; apiKey: ApiKey | undefined; prefetched: Prefetched }> {
      const { gets, user, prefetched } = gather(userId, wanted);
      const apiKey = gets.add(apiKeys.get({ hash }), (Item) => apiKeys.parse({ Item }).data);
      await gets.run();
      return { user: user(), apiKey: apiKey(), prefetched: prefetched() };
    },

    async ofIssuer(
      userId: string,
      email: string | undefined,
      wanted: PrefetchKeys,
    ): Promise<{ user: User; prefetched: Prefetched }> {
      const { gets, user, prefetched } = gather(userId, wanted);
      await gets.run();
      return { user: user() ?? (await meet(userId, email)), prefetched: prefetched() };
    },
  };

  async function meet(userId: string, email: string | undefined): Promise<User> {
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
  }
}
