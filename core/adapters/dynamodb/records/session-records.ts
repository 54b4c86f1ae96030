import type { Attempts } from '../../../domain/entities/attempts.ts';
import type { Session, SessionRepository } from '../../../domain/entities/session.ts';
import { deleteAll } from '../table/delete-all.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';
import { removeConnections } from './connection-records.ts';

const ttlOf = (expiresAt: string) => Math.floor(Date.parse(expiresAt) / 1000);

/** Where a session ends, the WebSockets end that it has opened. */
export function createSessionRecords(table: SegmentryTable): SessionRepository {
  const { session: sessions } = table.entities;

  return {
    async create(session: Session): Promise<void> {
      await sessions.put({ ...session, ttl: ttlOf(session.expiresAt) }).go();
    },

    async find(sessionId: string): Promise<Session | undefined> {
      const { data } = await sessions.get({ id: sessionId }).go({ consistent: true });
      return data ?? undefined;
    },

    async rotate(
      sessionId: string,
      previousHash: string,
      next: Pick<Session, 'refreshHash' | 'expiresAt'>,
    ): Promise<boolean> {
      const { data } = await sessions
        .patch({ id: sessionId })
        .set({ ...next, ttl: ttlOf(next.expiresAt) })
        // The SDK asks again where the answer was lost: then it is rotated already, to the very same.
        .where(
          ({ refreshHash }, { eq }) =>
            `${eq(refreshHash, previousHash)} OR ${eq(refreshHash, next.refreshHash)}`,
        )
        .go({ response: 'all_new' })
        .catch(unlessConditionFailed);
      return data !== undefined;
    },

    async remove(sessionId: string): Promise<void> {
      const { data } = await sessions.delete({ id: sessionId }).go({ response: 'all_old' });
      if (data !== null) await removeConnections(table, data.userId, [sessionId]);
    },

    async removeAll(userId: string, exceptSessionId?: string): Promise<void> {
      const { data } = await sessions.query.byUser({ userId }).go({ pages: 'all' });
      const ended = data.filter(({ id }) => id !== exceptSessionId).map(({ id }) => ({ id }));
      await deleteAll(ended, (some) => sessions.delete(some));
      await removeConnections(
        table,
        userId,
        ended.map(({ id }) => id),
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
