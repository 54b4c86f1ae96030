import { expect } from 'vitest';
import type { CreditAccount, CreditEntry } from '../../../core/domain/entities/credits.ts';

type Stored<Record> = Record & { readonly __edb_e__: string; readonly sk: string };
type StoredAccount = Stored<CreditAccount> & { announcement: 'pending' | 'done' };

/** A user's entries as a list shows them at some moment: ids with the balance after each, newest first. */
export type Listed = readonly (readonly [id: string, balance: number])[];

/**
 * Looks at the credit accounts of a table after each of its calls, and holds every step to the rules. Like the stream, it
 * announces at once what is to be announced.
 */
export function watchAccounts(items: ReadonlyMap<string, unknown>, { low }: { low: number }) {
  const before = new Map<string, CreditAccount>();
  const moments = new Map<string, Listed[]>();

  const ofKind = <Record>(entity: string) =>
    [...items.values()].filter((item) => (item as Stored<object>).__edb_e__ === entity) as Record[];

  function listOf({ userId, balance }: CreditAccount): Listed {
    const entries = ofKind<Stored<CreditEntry>>('creditEntry').filter((entry) => entry.userId === userId);
    let left = balance;
    return entries
      .sort((a, b) => (a.sk < b.sk ? 1 : -1))
      .map(({ id, amount }) => {
        left -= amount;
        return [id, left + amount];
      });
  }

  return {
    look(): void {
      for (const account of ofKind<StoredAccount>('creditAccount')) {
        const { userId, revision } = account;
        const old = before.get(userId);
        if (old?.revision === revision) continue;
        checkStep(old, account, low);
        account.announcement = 'done';
        before.set(userId, structuredClone(account));
        moments.set(userId, [...momentsOf(userId), listOf(account)]);
      }
    },

    momentsOf,
  };

  /** What a list may have shown since the first look, the latest at the end. */
  function momentsOf(userId: string): readonly Listed[] {
    return moments.get(userId) ?? [];
  }
}

/** One movement at a time; nothing below zero; and it is announced that an account has fallen, and nothing else. */
function checkStep(old: CreditAccount | undefined, account: StoredAccount, low: number): void {
  const { balance, available, revision, status, announcement } = account;
  expect(available).toBeGreaterThanOrEqual(0);
  expect(balance).toBeGreaterThanOrEqual(available);
  expect(status).toBe(balance < low ? 'low' : 'ok');
  if (old === undefined) return;
  expect(revision).toBe(old.revision + 1);
  expect(announcement).toBe(status === old.status ? 'done' : 'pending');
  expect(account.lowAt !== old.lowAt).toBe(old.status === 'ok' && status === 'low');
}
