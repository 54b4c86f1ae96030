import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import { AdminOnlyError } from '../../../domain/entities/principal.ts';
import { WrongCredentialsError } from '../../../domain/entities/session.ts';
import {
  EmailTakenError,
  type User,
  type UserChanges,
  UserNotFoundError,
  type UserRepository,
} from '../../../domain/entities/user.ts';
import { type NamedPart, named, writeNamedTransaction } from '../table/named-transaction.ts';
import { readPage } from '../table/read-page.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';

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

    async update(user: User, { password, ...changes }: UserChanges, by?: string): Promise<void> {
      const { id } = user;
      const { email = user.email } = changes;
      const isMoving = email !== user.email;
      // What was proved by the password that the account had.
      const proved = isMoving ? user : password && { sessionEpoch: user.sessionEpoch };
      const sessionEpoch = (user.sessionEpoch ?? 0) + 1;
      const unmet = await writeNamedTransaction(table, ({ user: known, userEmail, credential, session }) => [
        ...named('user', [
          known
            .patch({ id })
            .set({ ...changes, ...(password && { sessionEpoch }) })
            .where(proved === undefined ? () => '' : isUnchanged(proved))
            .commit(),
        ]),
        ...(password === undefined
          ? []
          : named('password', [credential.put({ holder: id, hash: password.hash }).commit()])),
        ...(password?.sessionId === undefined
          ? []
          : named('session', [
              session.patch({ id: password.sessionId }).set({ epoch: sessionEpoch }).commit(),
            ])),
        ...stillAdminParts(known, by),
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
      if (unmet.has('admin')) throw new AdminOnlyError();
      if (unmet.has('email')) throw new EmailTakenError();
      if (unmet.size === 0) return;
      throw (await find(id)) === undefined ? new UserNotFoundError(id) : new WrongCredentialsError();
    },

    async resetPassword({ id, apiKeyEpoch }: User, hash: string): Promise<boolean> {
      const unmet = await writeNamedTransaction(table, ({ user: known, credential }) => [
        ...named('user', [
          known
            .patch({ id })
            .add({ sessionEpoch: 1, apiKeyEpoch: 1 })
            .where((each, { eq, notExists }) =>
              apiKeyEpoch === undefined ? notExists(each.apiKeyEpoch) : eq(each.apiKeyEpoch, apiKeyEpoch),
            )
            .commit(),
        ]),
        ...named('password', [credential.put({ holder: id, hash }).commit()]),
      ]);
      return unmet.size === 0;
    },

    async remove({ id, sessionEpoch }: User): Promise<void> {
      for (let attempt = 1; attempt <= REMOVALS; attempt += 1) {
        const user = await find(id);
        if (user === undefined) return;
        if (user.sessionEpoch !== sessionEpoch) throw new WrongCredentialsError();
        if (await removeAsItIs(user)) return;
      }
      throw new Error(`The account ${id} was changed each time that it was to be removed.`);
    },
  };

  /** @returns false where it has changed since it was read. */
  async function removeAsItIs(user: User): Promise<boolean> {
    const { id, email } = user;
    const { data: claim } = await emails.get({ email }).go({ consistent: true });
    const ttl = Math.floor(now().getTime() / 1000) + DELETED_SECONDS;
    const unmet = await writeNamedTransaction(
      table,
      ({ user: known, userEmail, credential, deletedUser }) => [
        ...named('user', [known.remove({ id }).where(isUnchanged(user)).commit()]),
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

function stillAdminParts(users: TransactionEntities['user'], id: string | undefined): NamedPart[] {
  if (id === undefined) return [];
  const check = users
    .check({ id })
    .where(({ role, disabled }, { eq }) => `${eq(role, 'admin')} AND ${eq(disabled, false)}`);
  return [['admin', check.commit()]];
}

type UserCondition = Parameters<ReturnType<SegmentryTable['entities']['user']['remove']>['where']>[0];

/** The password is that which it had when it was read, and so is the email, where one is given. */
const isUnchanged =
  ({ email, sessionEpoch }: { email?: string; sessionEpoch?: number | undefined }): UserCondition =>
  (each, { eq, notExists }) =>
    [
      sessionEpoch === undefined ? notExists(each.sessionEpoch) : eq(each.sessionEpoch, sessionEpoch),
      ...(email === undefined ? [] : [eq(each.email, email)]),
    ].join(' AND ');
