import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import type { User, UserChanges, UserRepository } from '../../../domain/entities/user.ts';
import { readPage } from '../table/read-page.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

/** How long an account of another issuer stays deleted: longer than any of its tokens, and than its erasure takes. */
const DELETED_SECONDS = 30 * 24 * 3600;

export function createUserRecords(table: SegmentryTable, now: () => Date): UserRepository {
  const { user: users, userEmail: emails, credential: credentials } = table.entities;

  const find = async (userId: string): Promise<User | undefined> => {
    const { data } = await users.get({ id: userId }).go({ consistent: true });
    return data ?? undefined;
  };

  const findPasswordHash = async (userId: string): Promise<string | undefined> => {
    const { data } = await credentials.get({ holder: userId }).go({ consistent: true });
    return data?.hash;
  };

  return {
    find,
    findPasswordHash,

    async findByEmail(email: string): Promise<User | undefined> {
      const { data } = await emails.get({ email }).go({ consistent: true });
      return data === null ? undefined : find(data.userId);
    },

    /** Newest first. */
    list: (page: PageRequest): Promise<Page<User>> => readPage(users.query.all({}), page),

    async create(user, { passwordHash, inviteHash }) {
      const failed = await writeTransaction(() =>
        table.transaction
          .write(({ user: newUsers, userEmail, credential, oneTimeLink }) => [
            newUsers.create(user).commit(),
            userEmail.create({ email: user.email, userId: user.id }).commit(),
            credential.create({ holder: user.id, hash: passwordHash }).commit(),
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
      return failed.includes(3) ? 'invite_used' : 'email_taken';
    },

    async update(user: User, { passwordHash, ...changes }: UserChanges): Promise<boolean> {
      const { email = user.email } = changes;
      const isMoving = email !== user.email;
      const failed = await writeTransaction(() =>
        table.transaction
          .write(({ user: known, userEmail, credential }) => [
            known.patch({ id: user.id }).set(changes).commit(),
            ...(passwordHash === undefined
              ? []
              : [credential.put({ holder: user.id, hash: passwordHash }).commit()]),
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
      const hasPassword = (await findPasswordHash(user.id)) !== undefined;
      const ttl = Math.floor(now().getTime() / 1000) + DELETED_SECONDS;
      await writeTransaction(() =>
        table.transaction
          .write(({ user: known, userEmail, credential, deletedUser }) => [
            known.delete({ id: user.id }).commit(),
            credential.delete({ holder: user.id }).commit(),
            // Whom another issuer vouches for has no claim on an email here: that may be somebody else's.
            hasPassword
              ? userEmail
                  .delete({ email: user.email })
                  .where(({ userId }, { eq, notExists }) => `${notExists(userId)} OR ${eq(userId, user.id)}`)
                  .commit()
              : deletedUser.put({ id: user.id, ttl }).commit(),
          ])
          .go(),
      );
    },
  };
}
