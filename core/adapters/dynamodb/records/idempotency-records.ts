import type { IdempotencyRecords } from '../../../domain/entities/idempotency.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

/** How long an answer can be had again. */
const KEPT_SECONDS = 24 * 3600;

/** No request runs longer: API Gateway waits 29 seconds. */
const LONGEST_REQUEST_MS = 30_000;

export function createIdempotencyRecords(table: SegmentryTable, now: () => Date): IdempotencyRecords {
  const { idempotency: records } = table.entities;

  return {
    async take({ id, fingerprint }) {
      const at = now().getTime();
      const ttl = Math.floor(at / 1000) + KEPT_SECONDS;
      const { data: taken } = await records
        .put({ id, fingerprint, runsUntil: at + LONGEST_REQUEST_MS, ttl })
        .where(
          (item, { notExists, lt }) =>
            // The table drops items late: one past its time counts as gone.
            `${notExists(item.id)} OR ${lt(item.ttl, Math.floor(at / 1000))} OR ` +
            `(${notExists(item.answer)} AND ${lt(item.runsUntil, at)})`,
        )
        .go()
        .catch(unlessConditionFailed);
      if (taken !== undefined) return { status: 'taken' };
      const { data: known } = await records.get({ id }).go({ consistent: true });
      // Released between the two: whoever asks again gets it.
      if (known === null) return { status: 'running', fingerprint };
      const { answer } = known;
      return answer === undefined
        ? { status: 'running', fingerprint: known.fingerprint }
        : { status: 'done', fingerprint: known.fingerprint, answer };
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
