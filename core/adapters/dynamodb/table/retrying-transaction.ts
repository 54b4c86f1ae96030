import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledError, type TransactionOutcome } from './transaction.ts';

/** Attempts of one transaction; at the longest pause the last comes after about two seconds. */
const ATTEMPTS = 9;
const FIRST_PAUSE_MS = 8;
const LONGEST_PAUSE_MS = 500;

/** Reasons to try the same transaction again. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * Writes a transaction, and again a little later where it only met another writer.
 * @returns the positions of the parts whose condition did not hold; empty where all was written.
 * @throws TransactionCanceledError where it could not be written for another reason.
 */
export const writeTransaction = async (run: () => Promise<TransactionOutcome>): Promise<readonly number[]> =>
  (await writeOrTell(run)).map(({ position }) => position);

/** A part whose condition did not hold, and what lies in its place, where the part asked for it. */
export interface UnmetPart {
  readonly position: number;
  readonly item: unknown;
}

/** The same, with what lies where conditions did not hold. */
export async function writeOrTell(run: () => Promise<TransactionOutcome>): Promise<readonly UnmetPart[]> {
  for (let attempt = 1; ; attempt += 1) {
    const { canceled, data } = await run();
    if (!canceled) return [];
    const failed = data.flatMap(({ code, item }, position) =>
      code === 'ConditionalCheckFailed' ? [{ position, item: item ?? undefined }] : [],
    );
    if (failed.length > 0) return failed;
    const reasons = data.filter(({ rejected }) => rejected);
    const mayPass = reasons.every(({ code }) => PASSING.has(code));
    if (!mayPass || attempt === ATTEMPTS) throw new TransactionCanceledError(reasons);
    await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
  }
}
