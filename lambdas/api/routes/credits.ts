import {
  getCreditsRoute,
  grantCreditsRoute,
  listCreditEntriesRoute,
} from '../../../core/contracts/http/credits.ts';
import type { Page, PageRequest } from '../../../core/contracts/http/paging.ts';
import { type GrantCreditsPorts, grantCredits } from '../../../core/domain/credits/grant-credits.ts';
import {
  type BalancedEntry,
  type CreditAccount,
  toThousandths,
} from '../../../core/domain/entities/credits.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { prefetching, type RawRequest } from '../../../core/runtime/prefetch.ts';
import { presentCreditEntry, presentCredits } from '../../../core/runtime/present-credits.ts';

export interface CreditRoutePorts extends GrantCreditsPorts {
  readonly credits: GrantCreditsPorts['credits'] & {
    /** @param known the account, where it has been read just before. */
    entries(userId: string, page: PageRequest, known?: CreditAccount): Promise<Page<BalancedEntry>>;
  };
}

export function serveCredits(app: HttpApp, ports: CreditRoutePorts): void {
  app.openapi(getCreditsRoute, async (context) =>
    context.json(presentCredits(await ports.credits.overview(context.get('principal').userId)), 200),
  );

  // A page after the first goes on with the balance that its cursor tells.
  const pageKeys = ({ query }: RawRequest) => ({ credits: query.cursor === undefined });
  app.openapi(prefetching(listCreditEntriesRoute, pageKeys), async (context) => {
    const { principal, prefetched } = context.var;
    const known = prefetched.credits?.account;
    const { items, next } = await ports.credits.entries(principal.userId, context.req.valid('query'), known);
    return context.json({ items: items.map(presentCreditEntry), next }, 200);
  });

  app.openapi(grantCreditsRoute, async (context) => {
    const { amount, note } = context.req.valid('json');
    const { id: user } = context.req.valid('param');
    const grant = { user, amount: toThousandths(amount), note };
    return context.json(presentCredits(await grantCredits(grant, context.var, ports)), 201);
  });
}
