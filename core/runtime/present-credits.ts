import type { CreditEntryBody, CreditsBody } from '../contracts/http/credits.ts';
import type { CreditOverview } from '../domain/credits/grant-credits.ts';
import { type BalancedEntry, toCredits } from '../domain/entities/credits.ts';

/** What clients see of what they have. */
export const presentCredits = ({ balance, available }: CreditOverview): CreditsBody => ({
  balance: toCredits(balance),
  available: toCredits(available),
});

/** What clients see of a movement. */
export function presentCreditEntry(entry: BalancedEntry): CreditEntryBody {
  const { id, kind, amount, balance, reason, note, items, at } = entry;
  return {
    id,
    kind,
    amount: toCredits(amount),
    balance: toCredits(balance),
    reason,
    items: [...items],
    at,
    ...(note !== undefined && { note }),
  };
}
