import type { CreditOverview } from '../../../domain/credits/grant-credits.ts';
import type { Charge, CreditLedger } from '../../../domain/entities/credits.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import type { CreditWriter } from './credit-writer.ts';
import { createEntryList } from './ledger-entries.ts';

/** Items that one entry names; with what else is written they stay within a transaction's hundred. */
const ITEMS_PER_ENTRY = 50;

export function createLedger(table: SegmentryTable, { write }: CreditWriter) {
  const { creditCharge } = table.entities;

  async function chargesOf(items: readonly string[]) {
    const keys = [...new Set(items)].map((item) => ({ item }));
    return keys.length === 0 ? [] : (await creditCharge.get(keys).go({ consistent: true })).data;
  }

  const ledger: CreditLedger = {
    async hold(hold) {
      await write({ userId: hold.userId, movement: { kind: 'hold', hold } });
    },

    async release(userId, holdId) {
      await write({ userId, movement: { kind: 'release', holdId } });
    },

    async debit(userId, { charges, reason, holdId, settlesHold = false }) {
      const known = new Set((await chargesOf(charges.map(({ item }) => item))).map(({ item }) => item));
      for (const chunk of inEntries(charges.filter(({ item }) => !known.has(item)))) {
        await write({ userId, movement: { kind: 'debit', charges: chunk, reason, holdId } });
      }
      if (settlesHold && holdId !== undefined) await ledger.release(userId, holdId);
    },

    async refund(userId, items, reason) {
      const due = (await chargesOf(items)).filter(
        (charge) => charge.userId === userId && charge.status === 'charged',
      );
      for (const chunk of inEntries(due.map(({ item, amount }) => ({ item, amount })))) {
        await write({ userId, movement: { kind: 'refund', charges: chunk, reason } });
      }
    },

    async grant(userId, grant) {
      await write({ userId, movement: { ...grant, kind: 'grant' } });
    },
  };
  return ledger;
}

const inEntries = (charges: readonly Charge[]): Charge[][] =>
  Array.from({ length: Math.ceil(charges.length / ITEMS_PER_ENTRY) }, (_, index) =>
    charges.slice(index * ITEMS_PER_ENTRY, (index + 1) * ITEMS_PER_ENTRY),
  );

/** What a user has and had; the account opens at the first look. */
export function createCreditRecords(table: SegmentryTable, { write, releaseExpired, sleep }: CreditWriter) {
  const open = (userId: string) => write({ userId, movement: { kind: 'open' } });

  return {
    async overview(userId: string): Promise<CreditOverview> {
      const { data } = await table.collections.credits({ userId }).go({ pages: 'all', consistent: true });
      const [account] = data.creditAccount;
      if (account === undefined) {
        await open(userId);
        return this.overview(userId);
      }
      return (await releaseExpired(userId, data.creditHold)) === 0 ? account : this.overview(userId);
    },

    /** Newest first. */
    entries: createEntryList(table, { open, sleep }),
  };
}
