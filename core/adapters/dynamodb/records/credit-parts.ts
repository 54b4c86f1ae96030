import type { MovedCredits } from '../../../domain/credits/move-credits.ts';
import {
  type CreditAccount,
  type CreditEntry,
  type CreditMovement,
  type CreditState,
  grantItem,
} from '../../../domain/entities/credits.ts';
import { type NamedPart, named } from '../table/named-transaction.ts';
import type { TransactionEntities } from '../table/segmentry-table.ts';

/** Begins the name of every part that moves credits. */
const PREFIX = 'credits:';
export const isCreditPart = (name: string) => name.startsWith(PREFIX);
export const ACCOUNT_PART = `${PREFIX}account`;
const ENTRY_PART = `${PREFIX}entry`;
export const chargePart = (item: string) => `${PREFIX}charge:${item}`;

/** A movement, the state it was planned on, and what it makes of it. */
export interface PlannedMovement {
  readonly state: CreditState;
  readonly movement: CreditMovement;
  readonly moved: MovedCredits;
}

/**
 * The parts of a transaction that move credits. Nothing may be charged twice or given back twice, and the table itself
 * refuses to let what can be spent fall under zero.
 */
export function creditParts(entities: TransactionEntities, planned: PlannedMovement): NamedPart[] {
  const { state, movement, moved } = planned;
  return [
    [ACCOUNT_PART, accountPart(entities, state.account, moved)],
    ...named(
      ENTRY_PART,
      moved.entries.map((entry) => entities.creditEntry.create(toItem(entry)).commit()),
    ),
    ...holdParts(entities, moved),
    ...chargeParts(entities, state.userId, movement),
  ];
}

/** Movements add up in whatever order they come; each asks only for what it relies on: enough to spend, and how the account stands. */
function accountPart(
  { creditAccount }: TransactionEntities,
  before: CreditAccount | undefined,
  { account: { userId, balance, available, revision, status, lowAt }, change, okFrom }: MovedCredits,
) {
  const standing = { status, ...(lowAt !== undefined && { lowAt }) };
  if (before === undefined) {
    // An account that opens low has not fallen: there is nothing to announce.
    const announcement = lowAt === undefined ? 'done' : 'pending';
    return creditAccount.create({ userId, balance, available, revision, ...standing, announcement }).commit();
  }
  return (
    creditAccount
      .patch({ userId })
      .add({ ...change, revision: 1 })
      .set(status === before.status ? {} : standing)
      .where((held, { eq, gte, lt }) =>
        [
          gte(held.available, -change.available),
          eq(held.status, before.status),
          status === 'ok' ? gte(held.balance, okFrom) : lt(held.balance, okFrom),
        ].join(' AND '),
      )
      // Whoever can't be as planned plans anew on what lies there, without reading it.
      .commit({ response: 'all_old' })
  );
}

/** A hold is charged in any order, as long as something is left of it; whatever ends it must know how much that was. */
function holdParts({ creditHold }: TransactionEntities, { hold }: MovedCredits): NamedPart[] {
  const name = `${PREFIX}hold`;
  if (hold?.before === undefined) {
    return hold?.after === undefined ? [] : [[name, creditHold.create({ ...hold.after }).commit()]];
  }
  const { userId, id, left } = hold.before;
  if (hold.after === undefined) {
    const gone = creditHold.remove({ userId, id }).where((held, { eq }) => eq(held.left, left));
    return [[name, gone.commit()]];
  }
  const charged = left - hold.after.left;
  const lessened = creditHold.patch({ userId, id }).add({ left: -charged });
  return [[name, lessened.where((held, { gt }) => gt(held.left, charged)).commit()]];
}

function chargeParts(
  { creditCharge }: TransactionEntities,
  userId: string,
  movement: CreditMovement,
): NamedPart[] {
  switch (movement.kind) {
    case 'debit':
      return movement.charges.map(({ item, amount }) => [
        chargePart(item),
        creditCharge.create({ item, userId, amount, status: 'charged' }).commit(),
      ]);
    case 'refund':
      return movement.charges.map(({ item, amount }) => [
        chargePart(item),
        creditCharge
          .patch({ item })
          .set({ status: 'refunded' })
          .where((charge, { eq }) =>
            [eq(charge.status, 'charged'), eq(charge.userId, userId), eq(charge.amount, amount)].join(
              ' AND ',
            ),
          )
          .commit(),
      ]);
    case 'grant': {
      const item = grantItem(movement.id);
      const { amount } = movement;
      return [[chargePart(item), creditCharge.create({ item, userId, amount, status: 'granted' }).commit()]];
    }
    default:
      return [];
  }
}

const toItem = (entry: CreditEntry) => ({ ...entry, items: [...entry.items] });
