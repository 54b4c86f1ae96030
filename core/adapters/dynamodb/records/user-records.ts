import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import type { User, UserRepository } from '../../../domain/entities/user.ts';
import { readPage } from '../table/read-page.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

/** How long an account of another issuer stays deleted: longer than any of its tokens, and than its erasure takes. */
const DELETED_SECONDS = 30 * 24 * 3600;

export function createUserRecords(table: SegmentryTable, now: () => Date): UserRepository {
  const { user: users, userEmail: emails } = table.entities;

  const find = async (userId: string): Promise<User | undefined> => {
    const { data } = await users.get({ id: userId }).go({ consistent: true });
    return data ?? undefined;
  };

  return {
    find,

    async findByEmail(email: string): Promise<User | undefined> {
      const { data } = await emails.get({ email }).go({ consistent: true });
      return data === null ? undefined : find(data.userId);
    },

    /** Newest first. */
    list: (page: PageRequest): Promise<Page<User>> => readPage(users.query.all({}), page),

    async create(user: User, inviteHash?: string): Promise<'created' | 'email_taken' | 'invite_used'> {
      const failed = await writeTransaction(() =>
        table.transaction
          .write(({ user: newUsers, userEmail, oneTimeLink }) => [
            newUsers.create(user).commit(),
            userEmail.create({ email: user.email, userId: user.id }).commit(),
            ...(inviteHash === undefined
              ? []
              : [
                  oneTimeLink
                    .remove({ hash: inviteHash })
                    .where(
                      ({ purpose, expiresAt }, { eq, gt }) =>
                        `${eq(purpose, 'invite')} AND ${gt(expiresAt, now().toISOString())}`,
                    )
                    .commit(),
                ]),
          ])
          .go(),
      );
      if (failed.length === 0) return 'created';
      return failed.includes(2) ? 'invite_used' : 'email_taken';
    },

    async update(user: User, changes: Partial<User>): Promise<boolean> {
      const { email = user.email } = changes;
      const isMoving = email !== user.email;
      const failed = await writeTransaction(() =>
        table.transaction
          .write(({ user: known, userEmail }) => [
            known.patch({ id: user.id }).set(changes).commit(),
            ...(isMoving
              ? [
                  userEmail.create({ email, userId: user.id }).commit(),
                  userEmail
                    .remove({ email: user.email })
                    .where(({ userId }, { eq }) => eq(userId, user.id))
                    .commit(),
                ]
              : []),
          ])
          .go(),
      );
      return failed.length === 0;
    },

    async remove(user: User): Promise<void> {
      const ttl = Math.floor(now().getTime() / 1000) + DELETED_SECONDS;
      await writeTransaction(() =>
        table.transaction
          .write(({ user: known, userEmail, deletedUser }) => [
            known.delete({ id: user.id }).commit(),
            // Whom another issuer vouches for has no claim on an email here: that may be somebody else's.
            user.passwordHash === undefined
              ? deletedUser.put({ id: user.id, ttl }).commit()
              : userEmail
                  .delete({ email: user.email })
                  .where(({ userId }, { eq, notExists }) => `${notExists(userId)} OR ${eq(userId, user.id)}`)
                  .commit(),
          ])
          .go(),
      );
    },
  };
}
