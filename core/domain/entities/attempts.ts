import { DomainError } from './errors.ts';

export interface AttemptLimit {
  readonly attempts: number;
  readonly windowSeconds: number;
}

/** Tries that are counted within fixed windows of time. */
export interface Attempts {
  /** Counts one try and tells the seconds to wait where there were too many of late. */
  count(key: string, limit: AttemptLimit): Promise<number | undefined>;
  /** Takes back one try that has been counted. */
  uncount(key: string, limit: AttemptLimit): Promise<void>;
  forget(key: string): Promise<void>;
}

export class TooManyAttemptsError extends DomainError {
  readonly code = 'too_many_attempts';
  readonly kind = 'too_many';
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(`There were too many attempts. Wait ${retryAfterSeconds} seconds.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** @throws TooManyAttemptsError */
export async function countAttempt(
  key: string,
  limit: AttemptLimit,
  attempts: Pick<Attempts, 'count'>,
): Promise<void> {
  const waitSeconds = await attempts.count(key, limit);
  if (waitSeconds !== undefined) throw new TooManyAttemptsError(waitSeconds);
}
