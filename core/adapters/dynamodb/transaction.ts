interface TransactionItem {
  readonly rejected: boolean;
  readonly code: string;
  readonly message?: string | undefined;
}

export interface TransactionOutcome {
  readonly canceled: boolean;
  readonly data: readonly TransactionItem[];
}

/**
 * Whether a transaction was written; false where one of its conditions did not hold.
 * @throws where it was canceled for another reason, such as a conflict with another writer: try again.
 */
export function wasWritten({ canceled, data }: TransactionOutcome): boolean {
  if (!canceled) return true;
  const rejected = data.filter((item) => item.rejected);
  if (rejected.some((item) => item.code === 'ConditionalCheckFailed')) return false;
  throw new TransactionCanceledError(rejected);
}

export class TransactionCanceledError extends Error {
  constructor(rejected: readonly TransactionItem[]) {
    const reasons = rejected.map(({ code, message }) => `${code}: ${message ?? ''}`);
    super(`The transaction was canceled: ${reasons.join('; ')}`);
    this.name = 'TransactionCanceledError';
  }
}

/**
 * Turns a single write whose condition did not hold into an answer without data; for `.catch(…)`.
 * @throws every other error.
 */
export function unlessConditionFailed(error: unknown): { data: undefined } {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && cause.name === 'ConditionalCheckFailedException') return { data: undefined };
  throw error;
}
