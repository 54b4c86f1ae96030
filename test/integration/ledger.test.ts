import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Charge, InsufficientCreditsError } from '../../core/domain/entities/credits.ts';
import { newId } from '../../core/domain/entities/ids.ts';
import { checkBooks } from '../helpers/check-books.ts';
import { openCredits, readBooks } from '../helpers/credits.ts';

/** How many random runs of workers against one account. The same at scale is in the ledger's unit test. */
const RUNS = 40;
/** As many of them as fit: a transaction takes some emulators ten times as long as others. */
const TIME_LIMIT_MS = 90_000;
const TERMS_LOW = 50_000;

const items = fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 });
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('debit' as const), items }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const), items }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('refund' as const), items }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hold' as const), items }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('grant' as const), items }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer Each> ? Each : never;

it('keeps its books in the table, with workers at once, each doing all twice', async () => {
  const seen = { charged: 0, refunded: 0, refused: 0 };
  const workers = fc.array(fc.array(operation, { minLength: 2, maxLength: 4 }), {
    minLength: 3,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(workers, async (all) => {
      const { table, ledger } = openCredits();
      const userId = newId('usr');
      const run = randomUUID();
      const chargeOf = (index: number): Charge => ({ item: `test:${run}:${index}`, amount: 450_000 });
      const perform = (each: Operation): Promise<unknown> => {
        const charges = each.items.map(chargeOf);
        const named = charges.map(({ item }) => item);
        switch (each.kind) {
          case 'debit':
            return ledger.debit(userId, { charges, reason: 'analysis' });
          case 'settle':
            return ledger.debit(userId, { charges, reason: 'analysis', holdId: 'upl_1', settlesHold: true });
          case 'refund':
            return ledger.refund(userId, named, 'own_failure');
          case 'hold':
            return ledger.hold({ userId, id: 'upl_1', left: 450_000, expiresAt: '2999' });
          case 'grant':
            return ledger.grant(userId, { id: `${run}:${each.items[0]}`, amount: 1000, reason: 'granted' });
        }
      };
      const work = async (operations: readonly Operation[]) => {
        for (const each of operations.flatMap((one) => [one, one])) {
          await perform(each).catch((error: unknown) => {
            if (!(error instanceof InsufficientCreditsError)) throw error;
            seen.refused += 1;
          });
        }
      };
      await Promise.all(all.map(work));
      const books = await readBooks(table, userId);
      checkBooks([books], { low: TERMS_LOW });
      seen.charged += books.entries.filter(({ kind }) => kind === 'debit').length;
      seen.refunded += books.entries.filter(({ kind }) => kind === 'refund').length;
    }),
    { numRuns: RUNS, plugins: [fc.interruptAfterTimeLimit(TIME_LIMIT_MS)] },
  );
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(3);
});
