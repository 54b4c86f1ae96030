interface TransactionItem {
  readonly rejected: boolean;
  readonly code: string;
  readonly message?: string | undefined;
  /** What lies there, of a part that asked for it in case that its condition does not hold. */
  readonly item?: unknown;
}

export interface TransactionOutcome {
  readonly canceled: boolean;
  readonly data: readonly TransactionItem[];
}

/** A transaction was canceled, not for one of its conditions: trying again may help. */
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
