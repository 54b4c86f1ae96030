import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLedger } from '../../../core/adapters/dynamodb/ledger.ts';
import { openTable } from '../../../core/adapters/dynamodb/segmentry-table.ts';
import { type Charge, InsufficientCreditsError } from '../../../core/domain/credits.ts';
import { MemoryTable } from '../../helpers/memory-table/memory-table.ts';
import { createTurns, isMishap, type Mishap } from '../../helpers/memory-table/turns.ts';

const INITIAL = 2000;
const USERS = ['usr_a', 'usr_b'] as const;
const PRICES = [750, 500, 1, 1250];
const chargeOf = (index: number): Charge => ({ item: `image:${index}`, amount: PRICES[index] as number });

// One for all runs: opening a table takes longer than a run.
const memory = new MemoryTable();
const table = openTable(memory.client, 'table');

const user = fc.constantFrom(USERS[0], USERS[0], USERS[0], USERS[1]);
const items = fc.uniqueArray(fc.nat(PRICES.length - 1), { minLength: 1, maxLength: 3 });
const holdId = fc.constantFrom('upl_1', 'upl_2');
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('debit' as const), user, items }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const), user, items, holdId }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('refund' as const), user, items }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('hold' as const), user, holdId, left: fc.nat(2500) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), user, holdId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('grant' as const), user, amount: fc.nat(900) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer Each> ? Each : never;

const mishaps = fc.array(fc.constantFrom<Mishap>('none', 'none', 'none', 'before', 'after'), {
  maxLength: 40,
});
const order = fc.infiniteStream(fc.nat(1000));

/** Several workers at once, each trying again what failed, as queues have it. */
async function play(workers: readonly (readonly Operation[])[], turns: ReturnType<typeof createTurns>) {
  memory.reset(turns.around);
  const ledger = createLedger(table, {
    initialCredits: INITIAL,
    now: () => new Date('2026-01-01T00:00:00Z'),
    sleep: turns.take,
  });
  const run = (each: Operation): Promise<unknown> => {
    const reason = 'image_accepted' as const;
    switch (each.kind) {
      case 'debit':
        return ledger.debit(each.user, { charges: each.items.map(chargeOf), reason });
      case 'settle':
        return ledger.debit(each.user, {
          ...{ charges: each.items.map(chargeOf), reason },
          ...{ holdId: each.holdId, settlesHold: true },
        });
      case 'refund':
        return ledger.refund(
          each.user,
          each.items.map((index) => chargeOf(index).item),
          'own_failure',
        );
      case 'hold':
        return ledger.hold({ userId: each.user, id: each.holdId, left: each.left, expiresAt: '2027' });
      case 'release':
        return ledger.release(each.user, each.holdId);
      case 'grant':
        return ledger.grant(each.user, { amount: each.amount, reason: 'granted' });
    }
  };
  const work = async (each: Operation): Promise<void> => {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        await run(each);
        return;
      } catch (error) {
        if (error instanceof InsufficientCreditsError) return;
        if (!isMishap(error)) throw error;
      }
    }
  };
  await turns.play(
    workers.map((operations) => async () => {
      for (const each of operations) await work(each);
    }),
  );
}

interface Records {
  readonly account?: { balance: number; available: number };
  readonly entries: { kind: string; amount: number; balance: number; sequence: number; items: string[] }[];
  readonly holds: { left: number }[];
}

/** Reads the table's items as they are, past the adapter. */
function recordsOf(userId: string): Records {
  const own = [...memory.items.values()].filter((item) => item.userId === userId);
  const ofKind = (entity: string) => own.filter(({ __edb_e__: kind }) => kind === entity) as never;
  const [account] = ofKind('creditAccount') as Records['account'][];
  const entries = (ofKind('creditEntry') as Records['entries']).sort((a, b) => a.sequence - b.sequence);
  return { ...(account && { account }), entries, holds: ofKind('creditHold') };
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

function checkBooks(): void {
  for (const userId of USERS) {
    const { account, entries, holds } = recordsOf(userId);
    const balance = sum(entries.map(({ amount }) => amount));
    expect(balance).toBe(account?.balance ?? 0);
    expect((account?.available ?? 0) + sum(holds.map(({ left }) => left))).toBe(balance);
    let running = 0;
    for (const entry of entries) {
      running += entry.amount;
      expect(entry.balance).toBe(running);
      expect(entry.balance).toBeGreaterThanOrEqual(0);
      if (entry.kind !== 'grant') {
        const cost = sum(entry.items.map((item) => PRICES[Number(item.split(':')[1])] as number));
        expect(Math.abs(entry.amount)).toBe(cost);
      }
    }
  }
  const named = (kind: string) =>
    USERS.flatMap((userId) => recordsOf(userId).entries)
      .filter((entry) => entry.kind === kind)
      .flatMap((entry) => entry.items);
  const charged = named('debit');
  const refunded = named('refund');
  expect(new Set(charged).size).toBe(charged.length);
  expect(new Set(refunded).size).toBe(refunded.length);
  for (const item of refunded) expect(charged).toContain(item);
}

it('keeps its books over 10,000 interleavings with failures and repeats', { timeout: 600_000 }, async () => {
  const seen = { charged: 0, refunded: 0, mishaps: 0 };
  const property = fc.asyncProperty(
    fc.array(fc.array(operation, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 }),
    mishaps,
    order,
    async (workers, planned, choices) => {
      const turns = createTurns(planned, choices);
      await play(workers, turns);
      checkBooks();
      const entries = USERS.flatMap((userId) => recordsOf(userId).entries);
      seen.charged += entries.filter(({ kind }) => kind === 'debit').length;
      seen.refunded += entries.filter(({ kind }) => kind === 'refund').length;
      seen.mishaps += turns.mishaps;
    },
  );
  await fc.assert(property, { numRuns: 10_000 });
  expect(Math.min(seen.charged, seen.refunded, seen.mishaps)).toBeGreaterThan(1000);
});
