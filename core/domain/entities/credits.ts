import { DomainError } from './errors.ts';

/**
 * Credits inside are whole thousandths, so that sums are exact; clients see credits.
 */
export const toCredits = (thousandths: number) => thousandths / 1000;
export const toThousandths = (credits: number) => Math.round(credits * 1000);

/** What things cost, in thousandths. */
export interface CreditPrices {
  /** An image, when it is accepted. */
  readonly image: number;
  readonly videoFrame: number;
  /** One model on one image. */
  readonly analysis: number;
}

/** How a deployment deals in credits, in thousandths. */
export interface CreditTerms {
  /** What an account opens with. */
  readonly initial: number;
  /** Under this a balance is low. */
  readonly low: number;
}

/** What a user has, in thousandths. `balance` is the sum of the user's entries. */
export interface CreditAccount {
  readonly userId: string;
  readonly balance: number;
  /** The balance less what is held: what can be spent. Never negative. */
  readonly available: number;
  /** Goes up with every movement: what was read twice under one revision has not moved in between. */
  readonly revision: number;
  readonly status: 'ok' | 'low';
  /** When the balance last fell under what is low; absent where it never did. */
  readonly lowAt?: string | undefined;
}

/** Credits set aside for work whose cost is charged later. */
export interface CreditHold {
  readonly userId: string;
  readonly id: string;
  /** What of it is not charged yet, in thousandths. */
  readonly left: number;
  readonly expiresAt: string;
}

/** One thing that costs something. It is charged once and refunded at most once, however often either is asked for. */
export interface Charge {
  readonly item: string;
  /** In thousandths; more than 0. */
  readonly amount: number;
}

export type CreditReason =
  | 'initial_grant'
  | 'granted'
  | 'image_accepted'
  | 'analysis'
  | 'video_frames'
  | 'own_failure'
  | 'canceled';

/** One movement of credits. Entries are only ever added; they stand in the order of `at`. */
export interface CreditEntry {
  readonly userId: string;
  readonly id: string;
  readonly kind: 'grant' | 'debit' | 'refund';
  /** In thousandths; negative for a debit, so that all amounts add up to the balance. */
  readonly amount: number;
  readonly reason: CreditReason;
  readonly note?: string;
  /** What was charged or refunded. */
  readonly items: readonly string[];
  readonly at: string;
}

/** An entry as it is listed. */
export interface BalancedEntry extends CreditEntry {
  /** After it, in thousandths: what it and all before it add up to. */
  readonly balance: number;
}

/** @param entries newest first, the newest of which has left `balance`. */
export function balanceEntries(entries: readonly CreditEntry[], balance: number): BalancedEntry[] {
  let left = balance;
  return entries.map((entry) => {
    const balanced = { ...entry, balance: left };
    left -= entry.amount;
    return balanced;
  });
}

export const creditLinks = { self: '/v1/credits', entries: '/v1/credits/entries' } as const;

export const imageItem = (imageId: string) => `image:${imageId}`;
export const jobItem = (jobId: string) => `job:${jobId}`;
export const grantItem = (grantId: string) => `grant:${grantId}`;
export const videoItem = (videoId: string) => `video:${videoId}`;

/** What is asked for a thing that costs nothing is not a charge. */
export const chargesOf = (things: readonly Charge[]) => things.filter(({ amount }) => amount > 0);

export const costOf = (charges: readonly Charge[]) => charges.reduce((sum, { amount }) => sum + amount, 0);

/** What is asked of a user's account. */
export type CreditMovement =
  | { readonly kind: 'open' }
  /** From the hold first, where there is one; `settlesHold` releases what is left of it. */
  | {
      readonly kind: 'debit';
      readonly charges: readonly Charge[];
      readonly reason: CreditReason;
      readonly holdId?: string | undefined;
      readonly settlesHold?: boolean;
    }
  | { readonly kind: 'refund'; readonly charges: readonly Charge[]; readonly reason: CreditReason }
  | {
      readonly kind: 'grant';
      /** A grant is made once under its id. */
      readonly id: string;
      readonly amount: number;
      readonly reason: CreditReason;
      readonly note?: string | undefined;
    }
  | { readonly kind: 'hold'; readonly hold: CreditHold }
  | { readonly kind: 'release'; readonly holdId: string };

/** A user's account as it was read, with the hold that a movement is about. */
export interface CreditState {
  readonly userId: string;
  /** Absent as long as nothing has moved: the account opens with the initial grant. */
  readonly account?: CreditAccount | undefined;
  readonly hold?: CreditHold | undefined;
}

export interface CreditLedger {
  /** @throws InsufficientCreditsError. Holding under the same id again changes nothing. */
  hold(hold: CreditHold): Promise<void>;
  /** Lets go of what is left of a hold; nothing where it is gone. */
  release(userId: string, holdId: string): Promise<void>;
  /**
   * Charges what was not charged before, up to 50 items an entry. Each entry is all or nothing; where all the
   * items must be, hold their cost first.
   * @throws InsufficientCreditsError
   */
  debit(userId: string, debit: Omit<CreditMovement & { kind: 'debit' }, 'kind'>): Promise<void>;
  /** Gives back what the items were charged, unless it was given back before or they were never charged. */
  refund(userId: string, items: readonly string[], reason: CreditReason): Promise<void>;
  /** Granting under the same id again changes nothing. */
  grant(userId: string, grant: Omit<CreditMovement & { kind: 'grant' }, 'kind'>): Promise<void>;
}

export class InsufficientCreditsError extends DomainError {
  readonly code = 'insufficient_credits';
  readonly kind = 'payment_required';
  override readonly members: { readonly cost: number; readonly balance: number };

  /** In thousandths. */
  constructor({ cost, balance }: { cost: number; balance: number }) {
    super(
      `This costs ${toCredits(cost)} credits, and you can spend ${toCredits(balance)}. Ask an admin for more.`,
    );
    this.members = { cost: toCredits(cost), balance: toCredits(balance) };
  }
}
