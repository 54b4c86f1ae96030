import { setTimeout as wait } from 'node:timers/promises';
import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import {
  type BalancedEntry,
  balanceEntries,
  type CreditAccount,
  type CreditEntry,
} from '../../../domain/entities/credits.ts';
import { InvalidCursorError } from '../../../domain/entities/errors.ts';
import { readPage } from '../table/read-page.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

/** Attempts to read entries and balance of one moment, while others move the account. */
const ATTEMPTS = 12;
const LONGEST_PAUSE_MS = 50;

export interface EntryListOptions {
  /** Opens an account that nothing has moved yet. */
  readonly open: (userId: string) => Promise<unknown>;
  readonly sleep?: ((milliseconds: number) => Promise<unknown>) | undefined;
}

/**
 * Lists a user's entries, newest first. They are written side by side, so that none can tell the balance after it: that is
 * worked out here, from the account's balance down.
 * @param known the account, where it has been read just before.
 */
export function createEntryList(table: SegmentryTable, { open, sleep = wait }: EntryListOptions) {
  const { creditAccount, creditEntry } = table.entities;

  const read = (userId: string, page: PageRequest): Promise<Page<CreditEntry>> =>
    readPage<CreditEntry>(creditEntry.query.byUser({ userId }), page, { consistent: true });

  async function readAccount(userId: string): Promise<CreditAccount> {
    const { data } = await creditAccount.get({ userId }).go({ consistent: true });
    if (data !== null) return data;
    await open(userId);
    return readAccount(userId);
  }

  /** The newest entries, and the balance that these and no others have led to. */
  async function readNewest(userId: string, limit: number, known: CreditAccount | undefined) {
    let before = known ?? (await readAccount(userId));
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const page = await read(userId, { limit });
      if (page.next === null) return withBalances(page, before.balance);
      const after = await readAccount(userId);
      if (after.revision === before.revision) return withBalances(page, after.balance);
      before = after;
      await sleep(Math.random() * LONGEST_PAUSE_MS);
    }
    throw new Error(
      `The entries of ${userId} could not be read: too many others moved the credits meanwhile.`,
    );
  }

  return async (userId: string, { limit, cursor }: PageRequest, known?: CreditAccount) => {
    if (cursor === undefined) return readNewest(userId, limit, known);
    const from = readCursor(cursor);
    return withBalances(await read(userId, { limit, cursor: from.cursor }), from.balance);
  };
}

/** @param balance after the newest entry of the page; the last page tells it by itself, as it begins with nothing. */
function withBalances({ items, next }: Page<CreditEntry>, balance: number): Page<BalancedEntry> {
  const sum = items.reduce((total, { amount }) => total + amount, 0);
  if (next === null) return { items: balanceEntries(items, sum), next };
  return { items: balanceEntries(items, balance), next: `${balance - sum}.${next}` };
}

/** A cursor of this list: the balance on which it goes on, and the key after which. */
const CURSOR = /^(-?\d{1,15})\.(.+)$/;

/** Whoever changes the balance in a cursor is shown other balances of their own; the key is checked as everywhere. */
function readCursor(cursor: string) {
  const [, balance, key] = CURSOR.exec(cursor) ?? [];
  if (key === undefined) throw new InvalidCursorError();
  return { balance: Number(balance), cursor: key };
}
