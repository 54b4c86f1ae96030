import type { Attempts } from '../../../domain/entities/attempts.ts';
import type { Session, SessionRepository } from '../../../domain/entities/session.ts';
import { deleteAll } from '../table/delete-all.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { removeConnections } from './connection-records.ts';

const ttlOf = (expiresAt: string) => Math.floor(Date.parse(expiresAt) / 1000);

/** Where a session ends, the WebSockets end that it has opened. Its credential goes first: nothing else leads there. */
export function createSessionRecords(table: SegmentryTable): SessionRepository {
  const { session: sessions, credential: credentials } = table.entities;

  return {
    async create(session: Session, hash: string): Promise<void> {
      const ttl = ttlOf(session.expiresAt);
      await writeTransaction(() =>
        table.transaction
          .write(({ session: newSessions, credential }) => [
            newSessions.put({ ...session, ttl }).commit(),
            credential.put({ holder: session.id, hash, ttl }).commit(),
          ])
          .go(),
      );
    },

    async find(sessionId: string): Promise<Session | undefined> {
      const { data } = await sessions.get({ id: sessionId }).go({ consistent: true });
      return data ?? undefined;
    },

    async rotate(
      sessionId: string,
      previousHash: string,
      { refreshHash, expiresAt }: { refreshHash: string; expiresAt: string },
    ): Promise<boolean> {
      const ttl = ttlOf(expiresAt);
      // A transaction has a token: where its answer was lost, the SDK asks again and hears that it was written.
      const failed = await writeTransaction(() =>
        table.transaction
          .write(({ session, credential }) => [
            session.patch({ id: sessionId }).set({ expiresAt, ttl }).commit(),
            credential
              .patch({ holder: sessionId })
              .set({ hash: refreshHash, ttl })
              .where(({ hash }, { eq }) => eq(hash, previousHash))
              .commit(),
          ])
          .go(),
      );
      return failed.length === 0;
    },

    async remove(sessionId: string): Promise<void> {
      await credentials.delete({ holder: sessionId }).go();
      const { data } = await sessions.delete({ id: sessionId }).go({ response: 'all_old' });
      if (data !== null) await removeConnections(table, data.userId, (openedBy) => openedBy === sessionId);
    },

    async removeAll(userId: string, exceptSessionId?: string): Promise<void> {
      const { data } = await sessions.query.byUser({ userId }).go({ pages: 'all' });
      const ended = data.filter(({ id }) => id !== exceptSessionId).map(({ id }) => ({ id }));
      await deleteAll(
        ended.map(({ id: holder }) => ({ holder })),
        (some) => credentials.delete(some),
      );
      await deleteAll(ended, (some) => sessions.delete(some));
      await removeConnections(
        table,
        userId,
        (openedBy) => openedBy?.startsWith('ses_') === true && openedBy !== exceptSessionId,
      );
    },
  };
}

/** Counts tries within fixed windows of time. */
export function createAttemptCounter(table: SegmentryTable, now: () => Date): Attempts {
  const { attempts } = table.entities;
  const windowOf = (windowSeconds: number) => {
    const seconds = Math.floor(now().getTime() / 1000);
    return { window: seconds - (seconds % windowSeconds), seconds };
  };

  return {
    async count(key, { attempts: allowed, windowSeconds }) {
      const { window, seconds } = windowOf(windowSeconds);
      const { data } = await attempts
        .upsert({ key, window, ttl: window + 2 * windowSeconds })
        .add({ count: 1 })
        .go({ response: 'all_new' });
      return (data?.count ?? 0) > allowed ? window + windowSeconds - seconds : undefined;
    },

    async uncount(key, { windowSeconds }) {
      const { window } = windowOf(windowSeconds);
      await attempts
        .upsert({ key, window, ttl: window + 2 * windowSeconds })
        .add({ count: -1 })
        .go();
    },

    async forget(key) {
      const { data } = await attempts.query.byWindow({ key }).go({ pages: 'all' });
      for (const { window } of data) await attempts.delete({ key, window }).go();
    },
  };
}
