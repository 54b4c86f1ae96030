import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCreditWriter } from '../../../../../core/adapters/dynamodb/records/credit-writer.ts';
import { createCreditRecords, createLedger } from '../../../../../core/adapters/dynamodb/records/ledger.ts';
import { openTable } from '../../../../../core/adapters/dynamodb/table/segmentry-table.ts';
import {
  type BalancedEntry,
  type Charge,
  InsufficientCreditsError,
  videoItem,
} from '../../../../../core/domain/entities/credits.ts';
import { type Books, checkBooks, checkListed } from '../../../../helpers/check-books.ts';
import { MemoryTable } from '../../../../helpers/memory-table/memory-table.ts';
import { createTurns, isMishap, type Mishap } from '../../../../helpers/memory-table/turns.ts';
import { watchAccounts } from '../../../../helpers/memory-table/watch-accounts.ts';
import { isSoak } from '../../../../helpers/soak.ts';

const TERMS = { initial: 2000, low: 1000 };
const HOUR_MS = 3600 * 1000;
/** Entries in a page of a list: few, so that there are several pages. */
const PAGE = 2;
const USERS = ['usr_a', 'usr_b'] as const;
const PRICES = [750, 500, 1, 1250];
const chargeOf = (index: number): Charge => ({
  item: videoItem(`${index}`),
  amount: PRICES[index] as number,
});

// One for all runs: opening a table takes longer than a run.
const memory = new MemoryTable();
const table = openTable(memory.client, 'table');

const user = fc.constantFrom(USERS[0], USERS[0], USERS[0], USERS[1]);
const items = fc.uniqueArray(fc.nat(PRICES.length - 1), { minLength: 1, maxLength: 3 });
const holdId = fc.constantFrom('upl_1', 'upl_2');
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('debit' as const), user, items }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const), user, items, holdId }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('draw' as const), user, items, holdId }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('refund' as const), user, items }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('hold' as const), user, holdId, left: fc.nat(2500) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), user, holdId }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('grant' as const),
      user,
      id: fc.constantFrom('grt_1', 'grt_2', 'grt_3'),
      amount: fc.integer({ min: 1, max: 900 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('look' as const), user }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('list' as const), user }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), user }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer Each> ? Each : never;

const mishaps = fc.array(fc.constantFrom<Mishap>('none', 'none', 'none', 'before', 'after'), {
  maxLength: 40,
});
const order = fc.infiniteStream(fc.nat(1000));

/** Several workers at once, each trying again what failed, as queues have it; then all entries are listed. */
async function play(
  { workers, isOpen }: { workers: readonly (readonly Operation[])[]; isOpen: boolean },
  turns: ReturnType<typeof createTurns>,
  seen: { expired: number; refused: number; listed: number },
) {
  const watch = watchAccounts(memory.items, TERMS);
  memory.reset((command, call) =>
    turns.around(command, () => {
      const answer = call();
      watch.look();
      return answer;
    }),
  );
  let time = Date.parse('2026-01-01T00:00:00Z');
  const now = () => {
    // Two movements may have the same millisecond.
    time += 0.5;
    return new Date(time);
  };
  const writer = createCreditWriter(table, { terms: TERMS, now, sleep: turns.take });
  const ledger = createLedger(table, writer);
  const records = createCreditRecords(table, {
    ...writer,
    releaseExpired: async (userId, known) => {
      const released = await writer.releaseExpired(userId, known);
      seen.expired += released;
      return released;
    },
  });
  const list = async (userId: string) => {
    const earlier = Math.max(0, watch.momentsOf(userId).length - 1);
    const { items: listed } = await records.entries(userId, { limit: PAGE });
    const shown = listed.map(({ id, balance }) => [id, balance]);
    expect(
      watch
        .momentsOf(userId)
        .slice(earlier)
        .map((moment) => moment.slice(0, PAGE)),
    ).toContainEqual(shown);
    seen.listed += 1;
  };
  const run = (each: Operation): Promise<unknown> => {
    const reason = 'image_accepted' as const;
    switch (each.kind) {
      case 'debit':
        return ledger.debit(each.user, { charges: each.items.map(chargeOf), reason });
      case 'draw':
      case 'settle':
        return ledger.debit(each.user, {
          charges: each.items.map(chargeOf),
          reason,
          holdId: each.holdId,
          settlesHold: each.kind === 'settle',
        });
      case 'refund':
        return ledger.refund(
          each.user,
          each.items.map((index) => chargeOf(index).item),
          'own_failure',
        );
      case 'hold':
        return ledger.hold({
          userId: each.user,
          id: each.holdId,
          left: each.left,
          expiresAt: new Date(time + HOUR_MS).toISOString(),
        });
      case 'release':
        return ledger.release(each.user, each.holdId);
      case 'grant':
        return ledger.grant(each.user, { id: each.id, amount: each.amount, reason: 'granted' });
      case 'look':
        return records.overview(each.user);
      case 'list':
        return list(each.user);
      case 'wait':
        time += 2 * HOUR_MS;
        return Promise.resolve();
    }
  };
  const work = async (each: Operation): Promise<void> => {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        await run(each);
        return;
      } catch (error) {
        if (error instanceof InsufficientCreditsError) {
          seen.refused += 1;
          return;
        }
        if (!isMishap(error)) throw error;
      }
    }
  };
  if (isOpen) await turns.play(USERS.map((userId) => () => work({ kind: 'look', user: userId })));
  await turns.play(
    workers.map((operations) => async () => {
      for (const each of operations) await work(each);
    }),
  );
  await turns.play(
    USERS.map((userId) => async () => checkListed(await listAll(records, userId), booksOf(userId))),
  );
}

/** Page by page, each again where its answer is lost. */
async function listAll(
  { entries }: ReturnType<typeof createCreditRecords>,
  userId: string,
): Promise<BalancedEntry[]> {
  const all: BalancedEntry[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await entries(userId, { limit: PAGE, cursor }).catch((error: unknown) => {
      if (!isMishap(error)) throw error;
    });
    if (page === undefined) continue;
    all.push(...page.items);
    if (page.next === null) return all;
    cursor = page.next;
  }
}

/** Reads the table's items as they are, past the adapter. */
function booksOf(userId: string): Books {
  const own = [...memory.items.values()].filter((item) => item.userId === userId);
  const ofKind = (entity: string) => own.filter(({ __edb_e__: kind }) => kind === entity) as never;
  const [account] = ofKind('creditAccount') as Books['account'][];
  return {
    account,
    entries: ofKind('creditEntry'),
    holds: ofKind('creditHold'),
    marks: ofKind('creditCharge'),
  };
}

const checkAll = () => checkBooks(USERS.map(booksOf), { low: TERMS.low });

/** The short form plays the same interleavings each time. */
const PLAN = isSoak ? { numRuns: 10_000 } : { numRuns: 1000, seed: 20_260_101 };

it(`keeps its books over ${PLAN.numRuns} interleavings with failures and repeats`, {
  timeout: 600_000,
}, async () => {
  const seen = { charged: 0, refunded: 0, mishaps: 0, expired: 0, refused: 0, listed: 0 };
  const property = fc.asyncProperty(
    fc.array(fc.array(operation, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 }),
    fc.boolean(),
    mishaps,
    order,
    async (workers, isOpen, planned, choices) => {
      const turns = createTurns(planned, choices);
      await play({ workers, isOpen }, turns, seen);
      checkAll();
      const entries = USERS.flatMap((userId) => booksOf(userId).entries);
      seen.charged += entries.filter(({ kind }) => kind === 'debit').length;
      seen.refunded += entries.filter(({ kind }) => kind === 'refund').length;
      seen.mishaps += turns.mishaps;
    },
  );
  await fc.assert(property, PLAN);
  // Each thing that may happen has happened, in one run of two hundred at least.
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(PLAN.numRuns / 200);
});

it('lets go of what is over when it is needed, and does not fail a repeat for what it has paid', async () => {
  memory.reset(async (_, run) => run());
  let now = new Date('2026-01-01T00:00:00Z');
  const ledger = createLedger(table, createCreditWriter(table, { terms: TERMS, now: () => now }));
  await ledger.hold({ userId: 'usr_a', id: 'upl_1', left: 1800, expiresAt: '2026-01-01T01:00:00.000Z' });
  const debit = { charges: [chargeOf(0), chargeOf(3)], reason: 'image_accepted' as const };
  await expect(ledger.debit('usr_a', debit)).rejects.toThrow('This costs 2 credits, and you can spend 0.2.');
  now = new Date('2026-01-01T02:00:00Z');
  await ledger.debit('usr_a', debit);
  await ledger.debit('usr_a', debit);
  checkAll();
  expect(booksOf('usr_a')).toMatchObject({
    account: { balance: 0, available: 0, status: 'low' },
    holds: [],
  });
});

it('plans anew on what a faster movement has left, without reading it', async () => {
  const calls: string[] = [];
  memory.reset(async (command, run) => {
    calls.push(command);
    return run();
  });
  const now = () => new Date('2026-01-01T00:00:00Z');
  const credits = createCreditWriter(table, { terms: TERMS, now });
  await credits.write({ userId: 'usr_a', movement: { kind: 'open' } });
  const debit = (index: number) => ({
    kind: 'debit' as const,
    charges: [chargeOf(index)],
    reason: 'image_accepted' as const,
  });
  calls.length = 0;
  await Promise.all([0, 1].map((index) => credits.write({ userId: 'usr_a', movement: debit(index) })));
  expect(calls.sort()).toEqual(['GetCommand', 'GetCommand', ...Array(3).fill('TransactWriteCommand')]);
  checkAll();
  expect(booksOf('usr_a').account).toMatchObject({ balance: TERMS.initial - 750 - 500 });
});

it('lets no movement lengthen what is queried under the user', async () => {
  memory.reset(async (_, run) => run());
  const credits = createCreditWriter(table, { terms: TERMS, now: () => new Date('2026-01-01T00:00:00Z') });
  const ledger = createLedger(table, credits);
  for (const index of [1, 1, 0]) {
    await ledger.debit('usr_a', { charges: [chargeOf(index)], reason: 'image_accepted' });
  }
  const items = [...memory.items.values()];
  const partition = items.find(({ __edb_e__: kind }) => kind === 'creditAccount')?.pk;
  expect(items.filter(({ pk }) => pk === partition)).toHaveLength(1);
  expect(booksOf('usr_a').entries).toHaveLength(3);
});
