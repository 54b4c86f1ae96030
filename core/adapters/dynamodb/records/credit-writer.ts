import { setTimeout as wait } from 'node:timers/promises';
import { type MovedCredits, moveCredits } from '../../../domain/credits/move-credits.ts';
import {
  type Charge,
  type CreditAccount,
  type CreditHold,
  type CreditMovement,
  type CreditState,
  type CreditTerms,
  grantItem,
  InsufficientCreditsError,
} from '../../../domain/entities/credits.ts';
import { type CombinedGets, combineGets } from '../table/combine-gets.ts';
import { type NamedPart, type UnmetParts, writeNamedTransaction } from '../table/named-transaction.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';
import { ACCOUNT_PART, chargePart, creditParts, isCreditPart } from './credit-parts.ts';

/** Attempts of one movement while others move the same account. */
const ATTEMPTS = 60;
/** After so many of them an attempt no longer plans on what the one before was told: pauses are long enough to read anew. */
const TOLD_ATTEMPTS = 3;
const LONGEST_PAUSE_MS = 200;

export interface CreditOptions {
  readonly terms: CreditTerms;
  readonly now: () => Date;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

/** A movement that goes with other writes. */
export interface CreditWrite {
  readonly userId: string;
  readonly movement: CreditMovement;
  /** The account, where it has been read already; otherwise it is read. */
  readonly state?: CreditState | undefined;
}

/** Where nothing is to be paid. */
export const NO_MOVEMENT: CreditMovement = { kind: 'debit', charges: [], reason: 'analysis' };

type PartsOf = (entities: TransactionEntities) => readonly NamedPart[];

export type CreditWriter = ReturnType<typeof createCreditWriter>;

/** The only place where credits move. Every movement is one transaction with its entry and its charges. */
export function createCreditWriter(table: SegmentryTable, options: CreditOptions) {
  const { terms, now, sleep = wait } = options;
  const { creditAccount: accounts, creditHold: holds, creditCharge: charges } = table.entities;

  async function read(userId: string, holdId?: string): Promise<CreditState> {
    if (holdId === undefined) {
      const { data } = await accounts.get({ userId }).go({ consistent: true });
      return toCreditState(userId, data);
    }
    const gets = combineGets(table);
    const state = creditGets(gets, table, { userId, holdId });
    await gets.run();
    return state();
  }

  const readFor = async (userId: string, movement: CreditMovement): Promise<CreditState> =>
    movesNothing(movement) ? { userId } : read(userId, holdIdOf(movement));

  async function holdsOf(userId: string): Promise<readonly CreditHold[]> {
    return (await holds.query.byUser({ userId }).go({ pages: 'all', consistent: true })).data;
  }

  /** @returns how many of `known` were over. */
  async function releaseExpired(userId: string, known: readonly CreditHold[]): Promise<number> {
    const expired = known.filter(({ expiresAt }) => expiresAt <= now().toISOString());
    for (const { id } of expired) await write({ userId, movement: { kind: 'release', holdId: id } });
    return expired.length;
  }

  /** The movement without charges that were made already: a repeat is not to fail for what it has paid. */
  async function withoutPaid(movement: CreditMovement): Promise<CreditMovement> {
    if (movement.kind !== 'debit') return movement;
    const known = await Promise.all(
      movement.charges.map(({ item }) => charges.get({ item }).go({ consistent: true })),
    );
    const made = new Set(known.map(({ data }) => data?.item));
    return { ...movement, charges: movement.charges.filter(({ item }) => !made.has(item)) };
  }

  /** @returns the movement to try again after holds that were over, or charges that were made, are left out. */
  async function lessen(userId: string, movement: CreditMovement): Promise<CreditMovement | undefined> {
    const due = await withoutPaid(movement);
    const isLess =
      due.kind === 'debit' && movement.kind === 'debit' && due.charges.length < movement.charges.length;
    return isLess || (await releaseExpired(userId, await holdsOf(userId))) > 0 ? due : undefined;
  }

  async function plan(state: CreditState, movement: CreditMovement): Promise<PlanOutcome> {
    try {
      return { moved: moveCredits(state, movement, { terms, at: now().toISOString() }) };
    } catch (error) {
      const lesser =
        error instanceof InsufficientCreditsError ? await lessen(state.userId, movement) : undefined;
      if (lesser === undefined) throw error;
      return { lesser };
    }
  }

  /**
   * Moves credits together with `partsOf`, or neither. Charges that were made, and refunds that were given, are
   * left out of a repeat.
   * @returns the names of the other parts whose condition did not hold; nothing was written then.
   * @throws InsufficientCreditsError; nothing is written then.
   */
  async function write(request: CreditWrite, partsOf: PartsOf = () => []): Promise<ReadonlySet<string>> {
    let { movement, state } = request;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const current = state ?? (await readFor(request.userId, movement));
      state = undefined;
      const { moved, lesser } = await plan(current, movement);
      if (lesser !== undefined) {
        movement = lesser;
        continue;
      }
      const unmet = await writeNamedTransaction(table, (entities) => [
        ...partsOf(entities),
        ...(moved === undefined ? [] : creditParts(entities, { state: current, movement, moved })),
      ]);
      const own = new Set([...unmet.keys()].filter((name) => !isCreditPart(name)));
      if (unmet.size === 0 || own.size > 0) return own;
      movement = withoutUnmet(movement, unmet);
      state = stateAfter(current, unmet, attempt);
      await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** attempt));
    }
    throw new Error(
      `The credits of ${request.userId} could not be moved: too many others moved them at the same time.`,
    );
  }

  /** What the item was charged and has not got back. */
  async function chargesOf(userId: string, item: string): Promise<Charge[]> {
    const { data } = await charges.get({ item }).go({ consistent: true });
    const isDue = data?.status === 'charged' && data.userId === userId;
    return isDue ? [{ item, amount: data.amount }] : [];
  }

  return { write, chargesOf, releaseExpired, sleep };
}

interface PlanOutcome {
  readonly moved?: MovedCredits | undefined;
  /** What to try instead, with the account read again. */
  readonly lesser?: CreditMovement;
}

type Found<Item> = Item | null | undefined;

const toCreditState = (
  userId: string,
  account: Found<CreditAccount>,
  hold?: Found<CreditHold>,
): CreditState => ({ userId, account: account ?? undefined, hold: hold ?? undefined });

/** Adds an account, and one of its holds, to other gets. @returns gives them after they have run. */
export function creditGets(
  gets: CombinedGets,
  { entities: { creditAccount, creditHold } }: SegmentryTable,
  { userId, holdId }: { userId: string; holdId?: string },
): () => CreditState {
  const account = gets.add(creditAccount.get({ userId }), (Item) => creditAccount.parse({ Item }).data);
  const hold =
    holdId === undefined
      ? undefined
      : gets.add(creditHold.get({ userId, id: holdId }), (Item) => creditHold.parse({ Item }).data);
  return () => toCreditState(userId, account(), hold?.());
}

/** Whatever the account is like. */
const movesNothing = (movement: CreditMovement) =>
  (movement.kind === 'debit' || movement.kind === 'refund') &&
  movement.charges.length === 0 &&
  holdIdOf(movement) === undefined;

function holdIdOf(movement: CreditMovement): string | undefined {
  if (movement.kind === 'hold') return movement.hold.id;
  return movement.kind === 'debit' || movement.kind === 'release' ? movement.holdId : undefined;
}

/** The account as another movement has left it, where only that was in the way; undefined where it is to be read. */
function stateAfter(
  { userId, hold }: CreditState,
  unmet: UnmetParts,
  attempt: number,
): CreditState | undefined {
  if (attempt > TOLD_ATTEMPTS) return undefined;
  const account = unmet.get(ACCOUNT_PART) as CreditAccount | undefined;
  return account !== undefined && unmet.size === 1 ? { userId, account, hold } : undefined;
}

/** The movement without what was charged, or given back, by another. */
function withoutUnmet(movement: CreditMovement, unmet: UnmetParts): CreditMovement {
  if (movement.kind === 'grant') {
    return unmet.has(chargePart(grantItem(movement.id))) ? { kind: 'open' } : movement;
  }
  if (movement.kind !== 'debit' && movement.kind !== 'refund') return movement;
  return { ...movement, charges: movement.charges.filter(({ item }) => !unmet.has(chargePart(item))) };
}
