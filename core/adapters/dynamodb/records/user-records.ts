import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import { WrongCredentialsError } from '../../../domain/entities/session.ts';
import {
  EmailTakenError,
  type User,
  type UserChanges,
  UserNotFoundError,
  type UserRepository,
} from '../../../domain/entities/user.ts';
import { named, writeNamedTransaction } from '../table/named-transaction.ts';
import { readPage } from '../table/read-page.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

/** How long an account of another issuer stays deleted: longer than any of its tokens, and than its erasure takes. */
const DELETED_SECONDS = 30 * 24 * 3600;

/** Each is tried anew only where the account was changed meanwhile. */
const REMOVALS = 5;

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

    async update(user: User, { passwordHash, ...changes }: UserChanges): Promise<void> {
      const { id } = user;
      const { email = user.email } = changes;
      const isMoving = email !== user.email;
      const unmet = await writeNamedTransaction(table, ({ user: known, userEmail, credential }) => [
        ...named('user', [
          known
            .patch({ id })
            .set(changes)
            .where((each, { eq }) => (isMoving ? eq(each.email, user.email) : ''))
            .commit(),
        ]),
        ...(passwordHash === undefined
          ? []
          : named('password', [credential.put({ holder: id, hash: passwordHash }).commit()])),
        ...(isMoving
          ? named('email', [
              userEmail.create({ email, userId: id }).commit(),
              userEmail
                .delete({ email: user.email })
                .where(({ userId }, { eq, notExists }) => `${notExists(userId)} OR ${eq(userId, id)}`)
                .commit(),
            ])
          : []),
      ]);
      if (unmet.has('email')) throw new EmailTakenError();
      if (!unmet.has('user')) return;
      throw (await find(id)) === undefined ? new UserNotFoundError(id) : new WrongCredentialsError();
    },

    async remove({ id }: User): Promise<void> {
      for (let attempt = 1; attempt <= REMOVALS; attempt += 1) {
        const user = await find(id);
        if (user === undefined || (await removeAsItIs(user))) return;
      }
      throw new Error(`The account ${id} was changed each time that it was to be removed.`);
    },
  };

  /** @returns false where its email has moved since it was read. */
  async function removeAsItIs({ id, email }: User): Promise<boolean> {
    const { data: claim } = await emails.get({ email }).go({ consistent: true });
    const ttl = Math.floor(now().getTime() / 1000) + DELETED_SECONDS;
    const unmet = await writeNamedTransaction(
      table,
      ({ user: known, userEmail, credential, deletedUser }) => [
        ...named('user', [
          known
            .remove({ id })
            .where((each, { eq }) => eq(each.email, email))
            .commit(),
        ]),
        ...named('password', [credential.delete({ holder: id }).commit()]),
        // Whom another issuer vouches for has no claim on an email here: that may be somebody else's.
        ...(claim?.userId === id
          ? named('email', [
              userEmail
                .remove({ email })
                .where(({ userId }, { eq }) => eq(userId, id))
                .commit(),
            ])
          : named('deleted', [deletedUser.put({ id, ttl }).commit()])),
      ],
    );
    return unmet.size === 0;
  }
}
