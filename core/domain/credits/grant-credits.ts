import { createHash } from 'node:crypto';
import type { CreditAccount, CreditLedger } from '../entities/credits.ts';
import { newId } from '../entities/ids.ts';
import { type Principal, requireAdmin } from '../entities/principal.ts';
import { normalizeEmail, type User, UserNotFoundError, type UserRepository } from '../entities/user.ts';

export interface GrantCredits {
  /** An id or an email. */
  readonly user: string;
  /** In thousandths; more than 0. */
  readonly amount: number;
  readonly note?: string | undefined;
  /** Under one key of one admin a grant is made once. */
  readonly idempotencyKey?: string | undefined;
}

export type CreditOverview = Pick<CreditAccount, 'balance' | 'available'>;

export interface GrantCreditsPorts {
  readonly users: Pick<UserRepository, 'find' | 'findByEmail'>;
  readonly ledger: Pick<CreditLedger, 'grant'>;
  readonly credits: { overview(userId: string): Promise<CreditOverview> };
}

/** @returns what the user has now. @throws AdminOnlyError, UserNotFoundError */
export async function grantCredits(
  { user: reference, amount, note, idempotencyKey }: GrantCredits,
  principal: Principal,
  ports: GrantCreditsPorts,
): Promise<CreditOverview> {
  requireAdmin(principal);
  const user = reference.includes('@')
    ? await ports.users.findByEmail(normalizeEmail(reference))
    : await ports.users.find(reference);
  if (user === undefined) throw new UserNotFoundError(reference);
  const id = grantId(principal, user, idempotencyKey);
  await ports.ledger.grant(user.id, { id, amount, note, reason: 'granted' });
  return ports.credits.overview(user.id);
}

/** What is kept of a request under its key may be lost half-way; the grant itself is not made twice. */
function grantId(principal: Principal, user: User, idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return newId('grt');
  const digest = createHash('sha256')
    .update(`${principal.userId} ${user.id} ${idempotencyKey}`)
    .digest('hex');
  return `grt_${digest.slice(0, 32)}`;
}
