import type { CreditAccount, CreditLedger } from '../entities/credits.ts';
import { derivedId, newOrigin } from '../entities/ids.ts';
import { requireAdmin } from '../entities/principal.ts';
import { normalizeEmail, UserNotFoundError, type UserRepository } from '../entities/user.ts';
import type { RequestContext } from '../request/authenticate.ts';

export interface GrantCredits {
  /** An id or an email. */
  readonly user: string;
  /** In thousandths; more than 0. */
  readonly amount: number;
  readonly note?: string | undefined;
}

export type CreditOverview = Pick<CreditAccount, 'balance' | 'available'>;

export interface GrantCreditsPorts {
  readonly users: Pick<UserRepository, 'find' | 'findByEmail'>;
  readonly ledger: Pick<CreditLedger, 'grant'>;
  readonly credits: { overview(userId: string): Promise<CreditOverview> };
}

/**
 * A repeated request grants what it has granted already: the grant has the id that follows from it.
 * @returns what the user has now.
 * @throws AdminOnlyError, UserNotFoundError
 */
export async function grantCredits(
  { user: reference, ...grant }: GrantCredits,
  { principal, origin = newOrigin() }: Pick<RequestContext<never>, 'principal' | 'origin'>,
  ports: GrantCreditsPorts,
): Promise<CreditOverview> {
  requireAdmin(principal);
  const user = reference.includes('@')
    ? await ports.users.findByEmail(normalizeEmail(reference))
    : await ports.users.find(reference);
  if (user === undefined) throw new UserNotFoundError(reference);
  await ports.ledger.grant(user.id, { ...grant, id: derivedId('grt', origin.id), reason: 'granted' });
  return ports.credits.overview(user.id);
}
