import { expect } from 'vitest';
import type {
  BalancedEntry,
  CreditAccount,
  CreditEntry,
  CreditHold,
} from '../../core/domain/entities/credits.ts';

/** All that a table holds of one user's credits. */
export interface Books {
  readonly account: CreditAccount | undefined;
  readonly entries: readonly CreditEntry[];
  readonly holds: readonly CreditHold[];
  readonly marks: readonly { item: string; amount: number; status: 'charged' | 'refunded' | 'granted' }[];
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/**
 * Entries add up to the balance, nothing is ever below zero, and each item has one charge and at most one
 * refund over all the books.
 */
export function checkBooks(all: readonly Books[], { low }: { low: number }): void {
  for (const books of all) {
    checkAccount(books, low);
    checkEntries(books);
  }
  const named = (kind: CreditEntry['kind']) =>
    all.flatMap(({ entries }) => entries).flatMap((entry) => (entry.kind === kind ? entry.items : []));
  const charged = named('debit');
  const refunded = named('refund');
  expect(new Set(charged).size).toBe(charged.length);
  expect(new Set(refunded).size).toBe(refunded.length);
  for (const item of refunded) expect(charged).toContain(item);
}

/** A list of all entries goes from the account's balance down to nothing, each balance following from the next older one. */
export function checkListed(listed: readonly BalancedEntry[], { account, entries }: Books): void {
  const ids = (all: readonly CreditEntry[]) => all.map(({ id }) => id).sort();
  expect(ids(listed)).toEqual(ids(entries));
  const balances = [...listed.map(({ balance }) => balance), 0];
  expect(balances[0]).toBe(account?.balance ?? 0);
  for (const [index, { amount }] of listed.entries()) {
    expect((balances[index] ?? 0) - amount).toBe(balances[index + 1]);
  }
}

function checkAccount({ account, entries, holds, marks }: Books, low: number): void {
  const balance = sum(entries.map(({ amount }) => amount));
  expect(balance).toBe(account?.balance ?? 0);
  expect((account?.available ?? 0) + sum(holds.map(({ left }) => left))).toBe(balance);
  expect(account?.available ?? 0).toBeGreaterThanOrEqual(0);
  for (const { left } of holds) expect(left).toBeGreaterThanOrEqual(0);
  if (account) expect(account.status).toBe(balance < low ? 'low' : 'ok');
  const granted = entries.filter(({ reason }) => reason === 'granted');
  expect(granted).toHaveLength(marks.filter(({ status }) => status === 'granted').length);
}

/** Each entry is worth what it names. */
function checkEntries({ entries, marks }: Books): void {
  const worth = new Map(marks.map(({ item, amount }) => [item, amount]));
  for (const entry of entries) {
    if (entry.kind === 'grant') continue;
    expect(Math.abs(entry.amount)).toBe(sum(entry.items.map((item) => worth.get(item) ?? 0)));
  }
}
