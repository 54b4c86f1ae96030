import type { ApiKey } from '../../../domain/entities/api-key.ts';
import type { Session } from '../../../domain/entities/session.ts';
import type { User } from '../../../domain/entities/user.ts';
import type { Prefetched, PrefetchKeys } from '../../../domain/request/prefetch.ts';
import { combineGets } from '../table/combine-gets.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { addWanted } from './prefetch.ts';

export interface IdentityOptions {
  readonly now: () => Date;
  /**
   * Whether users of other issuers are written down at first sight. Who may not write accounts takes them for what they
   * will be.
   */
  readonly writesUsers: boolean;
}

/** Reads what stands behind a credential, with what its bearer wants, each in one call. */
export function createIdentityRecords(table: SegmentryTable, { now, writesUsers }: IdentityOptions) {
  const { user: users, session: sessions, apiKey: apiKeys, deletedUser: deletedUsers } = table.entities;

  function gather(userId: string, wanted: PrefetchKeys) {
    const gets = combineGets(table);
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
    ): Promise<{ user: User | undefined; prefetched: Prefetched }> {
      const { gets, user, prefetched } = gather(userId, wanted);
      const deleted = gets.add(deletedUsers.get({ id: userId }), (Item) => deletedUsers.parse({ Item }).data);
      await gets.run();
      return {
        user: user() ?? (await takeNew(userId, email, deleted() !== undefined)),
        prefetched: prefetched(),
      };
    },
  };

  /** @returns undefined where the user was deleted of late. */
  async function takeNew(
    userId: string,
    email: string | undefined,
    isDeleted: boolean,
  ): Promise<User | undefined> {
    if (isDeleted) return undefined;
    const user: User = {
      id: userId,
      email: email ?? `${userId}@unknown.invalid`,
      username: email?.split('@')[0] ?? userId,
      role: 'user',
      disabled: false,
      createdAt: now().toISOString(),
    };
    return writesUsers ? create(user) : user;
  }

  async function create(user: User): Promise<User | undefined> {
    const { id: userId } = user;
    const failed = await writeTransaction(() =>
      table.transaction
        .write(({ user: newUsers, deletedUser }) => [
          newUsers.create(user).commit(),
          deletedUser
            .check({ id: userId })
            .where(({ id }, { notExists }) => notExists(id))
            .commit(),
        ])
        .go(),
    );
    if (failed.includes(1)) return undefined;
    // Another request was first, and may have met somebody whom an admin has disabled since.
    return failed.includes(0)
      ? ((await users.get({ id: userId }).go({ consistent: true })).data ?? undefined)
      : user;
  }
}
