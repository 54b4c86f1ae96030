import {
  type CreditAccount,
  type CreditEntry,
  type CreditHold,
  type CreditMovement,
  type CreditState,
  type CreditTerms,
  costOf,
  grantItem,
  InsufficientCreditsError,
} from '../entities/credits.ts';
import { newId } from '../entities/ids.ts';

/** What a movement makes of an account. All of it is written together, and adds up with whatever else moves meanwhile. */
export interface MovedCredits {
  /** The account as it comes out where nothing else moves it; it opens like this where there was none. */
  readonly account: CreditAccount;
  /** What is added to it. */
  readonly change: Pick<CreditAccount, 'balance' | 'available'>;
  /** The account comes out as `ok` if it has this balance or more before, otherwise as `low`. */
  readonly okFrom: number;
  readonly entries: readonly CreditEntry[];
  /** Before and after; `undefined` after where it ends. */
  readonly hold?: { readonly before?: CreditHold | undefined; readonly after?: CreditHold | undefined };
}

export interface MoveOptions {
  readonly terms: CreditTerms;
  readonly at: string;
}

/**
 * Moves credits of an account as it was read.
 * @returns undefined where nothing changes.
 * @throws InsufficientCreditsError
 */
export function moveCredits(
  state: CreditState,
  movement: CreditMovement,
  options: MoveOptions,
): MovedCredits | undefined {
  const { account, entries } = openAccount(state, options);
  const change = changeOf(movement, state);
  if (change === undefined) return undefined;
  const balance = account.balance + change.balance;
  const available = account.available + change.available;
  if (change.available < 0 && available < 0) {
    throw new InsufficientCreditsError({ cost: -change.available, balance: account.available });
  }
  const standing = standingOf(account, balance, options);
  const entry = entryOf(movement, change.balance);
  return {
    account: { ...account, ...standing, balance, available, revision: account.revision + 1 },
    change: { balance: change.balance, available: change.available },
    okFrom: options.terms.low - change.balance,
    entries: [
      ...entries,
      ...(entry === undefined ? [] : [{ userId: state.userId, id: newId('ent'), ...entry, at: options.at }]),
    ],
    ...(change.hold && { hold: change.hold }),
  };
}

function openAccount(
  { userId, account }: CreditState,
  { terms: { initial, low }, at }: MoveOptions,
): { account: CreditAccount; entries: readonly CreditEntry[] } {
  if (account !== undefined) return { account, entries: [] };
  const status = initial < low ? 'low' : 'ok';
  const opened = { userId, balance: initial, available: initial, revision: 1, status } as const;
  const grant: CreditEntry = {
    userId,
    id: newId('ent'),
    kind: 'grant',
    reason: 'initial_grant',
    amount: initial,
    items: [],
    at: justBefore(at),
  };
  return { account: opened, entries: initial > 0 ? [grant] : [] };
}

/** Entries stand in the order of their times: the first grant comes before what is written together with it. */
const justBefore = (at: string) => new Date(Date.parse(at) - 1).toISOString();

/** Tells of the fall under what is low, not of each movement below it. */
function standingOf(
  { status, lowAt }: CreditAccount,
  balance: number,
  { terms, at }: MoveOptions,
): Pick<CreditAccount, 'status' | 'lowAt'> {
  if (balance >= terms.low) return { status: 'ok', lowAt };
  return { status: 'low', lowAt: status === 'ok' ? at : lowAt };
}

interface Change {
  readonly balance: number;
  readonly available: number;
  readonly hold?: NonNullable<MovedCredits['hold']>;
}

function changeOf(movement: CreditMovement, { account, hold }: CreditState): Change | undefined {
  switch (movement.kind) {
    case 'open':
      return account === undefined ? { balance: 0, available: 0 } : undefined;
    case 'debit':
      return debitOf(movement, hold);
    case 'refund': {
      const amount = costOf(movement.charges);
      return amount === 0 ? undefined : { balance: amount, available: amount };
    }
    case 'grant':
      return { balance: movement.amount, available: movement.amount };
    case 'hold':
      return hold === undefined
        ? { balance: 0, available: -movement.hold.left, hold: { after: movement.hold } }
        : undefined;
    case 'release':
      return hold && { balance: 0, available: hold.left, hold: { before: hold } };
  }
}

function debitOf(
  { charges, settlesHold = false }: CreditMovement & { kind: 'debit' },
  hold: CreditHold | undefined,
): Change | undefined {
  const cost = costOf(charges);
  const held = Math.min(hold?.left ?? 0, cost);
  const left = (hold?.left ?? 0) - held;
  if (cost === 0 && (hold === undefined || !settlesHold)) return undefined;
  const isOver = settlesHold || left === 0;
  return {
    balance: -cost,
    available: held - cost + (isOver ? left : 0),
    ...(hold !== undefined && { hold: { before: hold, after: isOver ? undefined : { ...hold, left } } }),
  };
}

function entryOf(
  movement: CreditMovement,
  amount: number,
): Pick<CreditEntry, 'kind' | 'amount' | 'reason' | 'note' | 'items'> | undefined {
  switch (movement.kind) {
    case 'debit':
    case 'refund': {
      const { kind, reason, charges } = movement;
      return amount === 0 ? undefined : { kind, amount, reason, items: charges.map(({ item }) => item) };
    }
    case 'grant': {
      const { kind, reason, note } = movement;
      return { kind, amount, reason, items: [grantItem(movement.id)], ...(note !== undefined && { note }) };
    }
    default:
      return undefined;
  }
}
