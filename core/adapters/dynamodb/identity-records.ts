import type { ApiKey } from '../../domain/api-key.ts';
import type { Found, Wanted } from '../../domain/read-along.ts';
import type { Session } from '../../domain/session.ts';
import type { User } from '../../domain/user.ts';
import { gatherGets } from './gather-gets.ts';
import { addWanted } from './read-along.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { unlessConditionFailed } from './transaction.ts';

/** Reads what stands behind a credential, with what its bearer wants, each in one call. */
export function createIdentityRecords(table: SegmentryTable, now: () => Date) {
  const { user: users, session: sessions, apiKey: apiKeys } = table.entities;

  function gather(userId: string, wanted: Wanted) {
    const gets = gatherGets(table);
    const user = gets.add(users.get({ id: userId }), (Item) => users.parse({ Item }).data);
    return { gets, user, found: addWanted(gets, { wanted, userId, table }) };
  }

  return {
    async ofSession(
      userId: string,
      sessionId: string,
      wanted: Wanted,
    ): Promise<{ user: User | undefined; session: Session | undefined; found: Found }> {
      const { gets, user, found } = gather(userId, wanted);
      const session = gets.add(sessions.get({ id: sessionId }), (Item) => sessions.parse({ Item }).data);
      await gets.run();
      return { user: user(), session: session(), found: found() };
    },

    async ofApiKey(
      userId: string,
      hash: string,
      wanted: Wanted,
    ): Promise<{ user: User | undefined; apiKey: ApiKey | undefined; found: Found }> {
      const { gets, user, found } = gather(userId, wanted);
      const apiKey = gets.add(apiKeys.get({ hash }), (Item) => apiKeys.parse({ Item }).data);
      await gets.run();
      return { user: user(), apiKey: apiKey(), found: found() };
    },

    async ofIssuer(
      userId: string,
      email: string | undefined,
      wanted: Wanted,
    ): Promise<{ user: User; found: Found }> {
      const { gets, user, found } = gather(userId, wanted);
      await gets.run();
      return { user: user() ?? (await meet(userId, email)), found: found() };
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
