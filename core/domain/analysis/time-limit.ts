import { DomainError } from '../entities/errors.ts';
import type { JobFailure } from '../entities/job.ts';

export const TIMED_OUT: JobFailure = {
  code: 'analysis_timed_out',
  detail:
    'The analysis took longer than it may, and was not charged. Try a smaller image, larger tiles or none, or fewer frames.',
};

/** The analysis was stopped before its worker would have been. */
export class AnalysisTimedOutError extends DomainError {
  readonly code = 'analysis_timed_out';
  readonly kind = 'unprocessable';

  constructor() {
    super(TIMED_OUT.detail);
  }
}

/** @throws AnalysisTimedOutError where the time is over. */
export function requireTime(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AnalysisTimedOutError();
}

/**
 * Does `work` as long as there is time. What heeds the signal stops itself; what hangs is not waited for.
 * @throws AnalysisTimedOutError
 */
export async function withinTime<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  requireTime(signal);
  let stop = () => {};
  const timedOut = new Promise<never>((_, reject) => {
    stop = () => reject(new AnalysisTimedOutError());
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work(), timedOut]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
