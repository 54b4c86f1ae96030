import { beforeEach, expect, it } from 'vitest';
import { createCreditWriter } from '../../../../../core/adapters/dynamodb/records/credit-writer.ts';
import { openTable } from '../../../../../core/adapters/dynamodb/table/segmentry-table.ts';
import type { CreditMovement, CreditTerms } from '../../../../../core/domain/entities/credits.ts';
import { type Books, checkBooks } from '../../../../helpers/check-books.ts';
import { MemoryTable } from '../../../../helpers/memory-table/memory-table.ts';
import { watchAccounts } from '../../../../helpers/memory-table/watch-accounts.ts';

const USER = 'usr_a';
const memory = new MemoryTable();
const table = openTable(memory.client, 'table');

let calls: string[];
beforeEach(() => {
  calls = [];
});

/** An account that has just opened, as many requests at once have read it. */
async function openAccount(terms: CreditTerms, first: CreditMovement = { kind: 'open' }) {
  const watch = watchAccounts(memory.items, terms);
  memory.reset(async (command, call) => {
    calls.push(command);
    const answer = call();
    watch.look();
    return answer;
  });
  const { write } = createCreditWriter(table, { terms, now: () => new Date() });
  await write({ userId: USER, movement: first });
  const { data } = await table.entities.creditAccount.get({ userId: USER }).go();
  const account = data ?? undefined;
  const hold = first.kind === 'hold' ? first.hold : undefined;
  calls.length = 0;
  return (movements: readonly CreditMovement[]) =>
    Promise.allSettled(
      movements.map((movement) => {
        const state = { userId: USER, account, ...('holdId' in movement && { hold }) };
        return write({ userId: USER, movement, state });
      }),
    );
}

const debits = (count: number, amount: number, holdId?: string): CreditMovement[] =>
  Array.from({ length: count }, (_, number) => ({
    kind: 'debit',
    charges: [{ item: `test:${number}`, amount }],
    reason: 'image_accepted',
    ...(holdId !== undefined && { holdId }),
  }));
const holdOf = (left: number) => ({ userId: USER, id: 'upl_1', left, expiresAt: '2999' });

function readBooks(): Books {
  const ofKind = (entity: string) =>
    [...memory.items.values()].filter(({ __edb_e__: kind }) => kind === entity) as never[];
  const [account] = ofKind('creditAccount');
  const [entries, holds, marks] = ['creditEntry', 'creditHold', 'creditCharge'].map(ofKind);
  return { account, entries, holds, marks } as unknown as Books;
}

it('writes what was planned on one state side by side, each in one transaction', async () => {
  const terms = { initial: 100_000, low: 1000 };
  const move = await openAccount(terms);
  const movements: CreditMovement[] = [
    ...debits(20, 750),
    { kind: 'grant', id: 'grt_1', amount: 5000, reason: 'granted' },
    { kind: 'hold', hold: holdOf(2000) },
  ];
  const ends = await move(movements);
  expect(ends.map(({ status }) => status)).toEqual(movements.map(() => 'fulfilled'));
  expect(calls).toEqual(movements.map(() => 'TransactWriteCommand'));
  const books = readBooks();
  checkBooks([books], terms);
  expect(books.account).toMatchObject({ balance: 90_000, available: 88_000, revision: 24 });
  expect(books.entries).toHaveLength(22);
});

it('refuses of movements planned on one state those for which the others leave too little', async () => {
  const terms = { initial: 9000, low: 0 };
  // The balance would do for all of them; but what is held can't be spent.
  const move = await openAccount(terms, { kind: 'hold', hold: holdOf(7000) });
  const ends = await move(debits(4, 750));
  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  expect(refused.map(({ message }) => message)).toEqual(
    Array(2).fill('This costs 0.75 credits, and you can spend 0.5. Ask an admin for more.'),
  );
  checkBooks([readBooks()], terms);
  expect(readBooks().account).toMatchObject({ balance: 7500, available: 500 });
});

it('lets an account fall once, whichever of many movements at once it is that falls', async () => {
  const terms = { initial: 5000, low: 2000 };
  const move = await openAccount(terms);
  const ends = await move(debits(6, 750));
  expect(ends.map(({ status }) => status)).toEqual(Array(6).fill('fulfilled'));
  checkBooks([readBooks()], terms);
  expect(readBooks().account).toMatchObject({ balance: 500, status: 'low', lowAt: expect.any(String) });
});

it('charges one hold side by side, as chunks of a zip do', async () => {
  const terms = { initial: 9000, low: 0 };
  const move = await openAccount(terms, { kind: 'hold', hold: holdOf(8000) });
  const ends = await move(debits(10, 750, 'upl_1'));
  expect(ends.map(({ status }) => status)).toEqual(Array(10).fill('fulfilled'));
  expect(calls).toEqual(Array(10).fill('TransactWriteCommand'));
  checkBooks([readBooks()], terms);
  expect(readBooks()).toMatchObject({ account: { balance: 1500, available: 1000 }, holds: [{ left: 500 }] });
});

it('charges what goes beyond a hold to what is available, whichever of many at once it is', async () => {
  const terms = { initial: 9000, low: 0 };
  const move = await openAccount(terms, { kind: 'hold', hold: holdOf(2000) });
  const ends = await move(debits(4, 750, 'upl_1'));
  expect(ends.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
  checkBooks([readBooks()], terms);
  expect(readBooks()).toMatchObject({ account: { balance: 6000, available: 6000 }, holds: [] });
});
