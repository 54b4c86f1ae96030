import { randomUUID } from 'node:crypto';
import type { IdempotencyRecords, KeyedRequest, KeyStatus } from '../../../domain/entities/idempotency.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

/** How long an answer can be had again. */
const KEPT_SECONDS = 24 * 3600;

/** No request runs longer: API Gateway waits 29 seconds. */
const LONGEST_REQUEST_MS = 30_000;

export function createIdempotencyRecords(table: SegmentryTable, now: () => Date): IdempotencyRecords {
  const { idempotency: records } = table.entities;

  const originOf = (id: string, since: number, isRepeat: boolean) => ({ id: `${id} ${since}`, isRepeat });

  /** Takes a key that no request has, or whose day is over. */
  async function takeNew({ id, fingerprint }: KeyedRequest, at: number): Promise<KeyStatus | undefined> {
    const seconds = Math.floor(at / 1000);
    const ttl = seconds + KEPT_SECONDS;
    const holder: string = randomUUID();
    const { data } = await records
      .put({ id, fingerprint, holder, since: at, runsUntil: at + LONGEST_REQUEST_MS, ttl })
      // The table drops items late: one past its time counts as gone. The SDK asks again where the answer was lost.
      .where(
        (item, { eq, notExists, lt }) =>
          `${notExists(item.id)} OR ${lt(item.ttl, seconds)} OR ${eq(item.holder, holder)}`,
      )
      .go()
      .catch(unlessConditionFailed);
    return data === undefined ? undefined : { status: 'taken', origin: originOf(id, at, false) };
  }

  /** Takes over the key of the same request, which has failed or died. One of several at once gets it. */
  async function takeOver({ id }: KeyedRequest, runsUntil: number, at: number): Promise<boolean> {
    const holder: string = randomUUID();
    const { data } = await records
      .patch({ id })
      .set({ holder, runsUntil: at + LONGEST_REQUEST_MS })
      .where((item, { eq, notExists }) => {
        const isFree = `${eq(item.runsUntil, runsUntil)} AND ${notExists(item.answer)}`;
        return `(${isFree}) OR ${eq(item.holder, holder)}`;
      })
      .go()
      .catch(unlessConditionFailed);
    return data !== undefined;
  }

  return {
    async take(request) {
      const { id, fingerprint } = request;
      const at = now().getTime();
      const taken = await takeNew(request, at);
      if (taken !== undefined) return taken;
      const { data: known } = await records.get({ id }).go({ consistent: true });
      // Released between the two: the next try takes it.
      if (known === null) return { status: 'running', fingerprint };
      const { answer, runsUntil, since } = known;
      if (answer !== undefined) return { status: 'done', fingerprint: known.fingerprint, answer };
      const isOver = runsUntil < at && known.fingerprint === fingerprint;
      return isOver && (await takeOver(request, runsUntil, at))
        ? { status: 'taken', origin: originOf(id, since, true) }
        : { status: 'running', fingerprint: known.fingerprint };
    },

    async allowRepeat({ id, fingerprint }) {
      await records
        .patch({ id })
        .set({ runsUntil: 0 })
        .where(
          (item, { eq, notExists }) => `${eq(item.fingerprint, fingerprint)} AND ${notExists(item.answer)}`,
        )
        .go()
        .catch(unlessConditionFailed);
    },

    async keep({ id, fingerprint }, answer) {
      await records
        .patch({ id })
        .set({ answer })
        .where((item, { eq }) => eq(item.fingerprint, fingerprint))
        .go()
        .catch(unlessConditionFailed);
    },

    async release({ id, fingerprint }) {
      await records
        .delete({ id })
        .where(
          (item, { eq, notExists }) => `${eq(item.fingerprint, fingerprint)} AND ${notExists(item.answer)}`,
        )
        .go()
        .catch(unlessConditionFailed);
    },
  };
}
