import { setTimeout as wait } from 'node:timers/promises';
import {
  type CreditAccount,
  type CreditEntry,
  type CreditHold,
  type CreditMovement,
  type CreditState,
  InsufficientCreditsError,
} from '../../domain/credits.ts';
import { type MovedCredits, moveCredits } from '../../domain/move-credits.ts';
import { chargePart, creditParts, isCreditPart } from './credit-parts.ts';
import type { SegmentryTable, TransactionEntities } from './segmentry-table.ts';
import { type NamedPart, writeNamed } from './write-named.ts';

/** Attempts of one movement while others move the same account. */
const ATTEMPTS = 60;
const LONGEST_PAUSE_MS = 200;

export interface CreditOptions {
  /** What an account opens with, in thousandths. */
  readonly initialCredits: number;
  readonly now: () => Date;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

/** A movement that goes with other writes. */
export interface CreditWrite {
  readonly userId: string;
  readonly movement: CreditMovement;
  /** The account as it was read already; it is read where left away. */
  readonly state?: CreditState | undefined;
}

export interface CreditOutcome {
  /** Names of the other parts whose condition did not hold; nothing was written then. */
  readonly unmet: ReadonlySet<string>;
  readonly entries: readonly CreditEntry[];
}

type PartsOf = (entities: TransactionEntities) => readonly NamedPart[];

export type CreditWriter = ReturnType<typeof createCreditWriter>;

/** The only place where credits move: every movement is one transaction with its entry and its charges. */
export function createCreditWriter(table: SegmentryTable, options: CreditOptions) {
  const { initialCredits, now, sleep = wait } = options;
  const { creditAccount: accounts, creditHold: holds } = table.entities;

  async function read(userId: string, holdId?: string): Promise<CreditState> {
    if (holdId === undefined) {
      const { data } = await accounts.get({ userId }).go({ consistent: true });
      return creditState(userId, data);
    }
    const { data } = await table.transaction
      .get(({ creditAccount, creditHold }) => [
        creditAccount.get({ userId }).commit(),
        creditHold.get({ userId, id: holdId }).commit(),
      ])
      .go();
    return creditState(userId, data[0].item, data[1].item);
  }

  async function releaseExpired(userId: string): Promise<number> {
    const { data } = await holds.query.byUser({ userId }).go({ pages: 'all', consistent: true });
    const expired = data.filter(({ expiresAt }) => expiresAt <= now().toISOString());
    for (const { id } of expired) await write({ userId, movement: { kind: 'release', holdId: id } });
    return expired.length;
  }

  /** @returns undefined where holds were over: the account is to be read again. */
  async function plan(state: CreditState, movement: CreditMovement): Promise<PlanOutcome | undefined> {
    try {
      return { moved: moveCredits(state, movement, { initialCredits, at: now().toISOString() }) };
    } catch (error) {
      const isShort = error instanceof InsufficientCreditsError;
      if (!isShort || (await releaseExpired(state.userId)) === 0) throw error;
      return undefined;
    }
  }

  /**
   * Moves credits together with `partsOf`, or neither. Charges that were made, and refunds that were given, are
   * left out of a repeat.
   * @throws InsufficientCreditsError; nothing is written then.
   */
  async function write(request: CreditWrite, partsOf: PartsOf = () => []): Promise<CreditOutcome> {
    let { movement, state } = request;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const current: CreditState = state ?? (await read(request.userId, holdIdOf(movement)));
      state = undefined;
      const planned = await plan(current, movement);
      if (planned === undefined) continue;
      const { moved } = planned;
      const unmet = await writeNamed(table, (entities) => [
        ...partsOf(entities),
        ...(moved === undefined ? [] : creditParts(entities, { state: current, movement, moved })),
      ]);
      const own = new Set([...unmet].filter((name) => !isCreditPart(name)));
      if (unmet.size === 0 || own.size > 0) return { unmet: own, entries: moved?.entries ?? [] };
      movement = withoutUnmet(movement, unmet);
      await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** attempt));
    }
    throw new Error(`The account of ${request.userId} did not hold still.`);
  }

  return { read, write, releaseExpired };
}

interface PlanOutcome {
  readonly moved: MovedCredits | undefined;
}

type Found<Item> = Item | null | undefined;

export const creditState = (
  userId: string,
  account: Found<CreditAccount>,
  hold?: Found<CreditHold>,
): CreditState => ({ userId, account: account ?? undefined, hold: hold ?? undefined });

function holdIdOf(movement: CreditMovement): string | undefined {
  if (movement.kind === 'hold') return movement.hold.id;
  return movement.kind === 'debit' || movement.kind === 'release' ? movement.holdId : undefined;
}

/** The movement without what was charged, or given back, by another. */
function withoutUnmet(movement: CreditMovement, unmet: ReadonlySet<string>): CreditMovement {
  if (movement.kind !== 'debit' && movement.kind !== 'refund') return movement;
  return { ...movement, charges: movement.charges.filter(({ item }) => !unmet.has(chargePart(item))) };
}
