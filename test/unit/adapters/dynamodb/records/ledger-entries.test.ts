import { beforeEach, describe, expect, it } from 'vitest';
import { createCreditWriter } from '../../../../../core/adapters/dynamodb/records/credit-writer.ts';
import { createCreditRecords, createLedger } from '../../../../../core/adapters/dynamodb/records/ledger.ts';
import { openTable } from '../../../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { InvalidCursorError } from '../../../../../core/domain/entities/errors.ts';
import { MemoryTable } from '../../../../helpers/memory-table/memory-table.ts';

const TERMS = { initial: 10_000, low: 0 };
const USER = 'usr_a';
const memory = new MemoryTable();
const table = openTable(
  {
    send: (command: { input: object }) => {
      inputs.push(command.input);
      return memory.client.send(command as never);
    },
  } as never,
  'table',
);

let inputs: { ConsistentRead?: boolean }[];

let calls: string[];
/** What another does right after the next query. */
let meanwhile: (() => Promise<void>)[];
let time: number;
beforeEach(() => {
  calls = [];
  inputs = [];
  meanwhile = [];
  time = Date.parse('2026-01-01T00:00:00Z');
  memory.reset(async (command, call) => {
    calls.push(command);
    const answer = call();
    if (command === 'QueryCommand') await meanwhile.shift()?.();
    return answer;
  });
});

function now(): Date {
  time += 1;
  return new Date(time);
}
const writer = createCreditWriter(table, { terms: TERMS, now, sleep: async () => undefined });
const ledger = createLedger(table, writer);
const { entries } = createCreditRecords(table, writer);
let charges = 0;
const spend = async (amount: number, userId = USER) => {
  charges += 1;
  await ledger.debit(userId, { charges: [{ item: `test:${charges}`, amount }], reason: 'image_accepted' });
};
const accountOf = async (userId = USER) =>
  (await table.entities.creditAccount.get({ userId }).go()).data ?? undefined;
const balances = ({ items }: Awaited<ReturnType<typeof entries>>) => items.map(({ balance }) => balance);

describe('entries', () => {
  it('are listed newest first with the balance after each, page by page down to nothing', async () => {
    for (const amount of [1000, 2000, 3000]) await spend(amount);
    const first = await entries(USER, { limit: 2 });
    expect(first.items.map(({ amount, balance }) => [amount, balance])).toEqual([
      [-3000, 4000],
      [-2000, 7000],
    ]);
    const second = await entries(USER, { limit: 20, cursor: first.next ?? '' });
    expect(second).toMatchObject({
      items: [
        { kind: 'debit', amount: -1000, balance: 9000 },
        { kind: 'grant', amount: 10_000, balance: 10_000 },
      ],
      next: null,
    });
  });

  it('begin with the first grant, though it is written together with what comes after it', async () => {
    for (const userId of Array.from({ length: 10 }, (_, user) => `usr_${user}`)) {
      await spend(1000, userId);
      const { items } = await entries(userId, { limit: 20 });
      expect(items.map(({ reason }) => reason)).toEqual(['image_accepted', 'initial_grant']);
    }
  });

  it('open the account at the first look', async () => {
    expect(await entries(USER, { limit: 20 })).toMatchObject({
      items: [{ reason: 'initial_grant', balance: 10_000 }],
      next: null,
    });
  });

  it('are read in one call where they are all on one page, and in one more where the balance may have moved', async () => {
    for (const amount of [1000, 2000, 3000]) await spend(amount);
    const known = await accountOf();
    calls.length = 0;
    await entries(USER, { limit: 20 }, known);
    expect(calls).toEqual(['QueryCommand']);
    calls.length = 0;
    const { next } = await entries(USER, { limit: 2 }, known);
    expect(calls).toEqual(['QueryCommand', 'GetCommand']);
    calls.length = 0;
    await entries(USER, { limit: 1, cursor: next ?? '' });
    expect(calls).toEqual(['QueryCommand']);
  });

  it('have the balances of one moment while others move the account', async () => {
    await spend(1000);
    const known = await accountOf();
    // Before the query, and after it, twice.
    await spend(500);
    meanwhile.push(
      () => spend(100),
      () => spend(10),
    );
    const page = await entries(USER, { limit: 2 }, known);
    expect(page.items.map(({ amount, balance }) => [amount, balance])).toEqual([
      [-10, 8390],
      [-100, 8400],
    ]);
    expect(balances(await entries(USER, { limit: 20, cursor: page.next ?? '' }))).toEqual([
      8500, 9000, 10_000,
    ]);
  });

  it('are read as they are, and not as they were a moment ago', async () => {
    await spend(1000);
    inputs = [];
    await entries(USER, { limit: 1 });
    expect(inputs.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, true, true]);
  });

  it('are not told with balances that no moment had', async () => {
    await spend(1000);
    meanwhile = Array.from({ length: 50 }, () => () => spend(1));
    await expect(entries(USER, { limit: 1 })).rejects.toThrow(/could not be read: too many others/);
  });
});

describe('a cursor', () => {
  const cursorOf = (key: object) => Buffer.from(JSON.stringify(key)).toString('base64url');
  const read = async (change: (cursor: string) => string) => {
    await spend(1000);
    const { next } = await entries(USER, { limit: 1 });
    calls.length = 0;
    return entries(USER, { limit: 1, cursor: change(next ?? '') });
  };

  it.each<[string, (cursor: string) => string]>([
    ['has lost its balance', (cursor) => cursor.slice(cursor.indexOf('.') + 1)],
    ['has no number as its balance', (cursor) => cursor.replace(/^\d+/, '1e9')],
    ['has a balance that no number holds', (cursor) => cursor.replace(/^\d+/, '9'.repeat(20))],
    ['has lost its key', (cursor) => cursor.slice(0, cursor.indexOf('.') + 1)],
    ['has no key', () => '9000.zzz'],
    ['has the key of another list', () => `9000.${cursorOf({ pk: '$segmentry#userid_usr_a', sk: 'x' })}`],
    [
      'has the key of another user',
      (cursor) => {
        const key = Buffer.from(cursor.slice(cursor.indexOf('.') + 1), 'base64url').toString();
        return `9000.${Buffer.from(key.replaceAll('usr_a', 'usr_b')).toString('base64url')}`;
      },
    ],
  ])('that %s is refused', async (_, change) => {
    await expect(read(change)).rejects.toThrow(InvalidCursorError);
    expect(calls).toEqual([]);
  });

  it('that is as it was given is taken', async () => {
    expect(balances(await read((cursor) => cursor))).toEqual([10_000]);
  });
});
