import { DomainError } from '../entities/errors.ts';

/** A user asks more often than the deployment allows. */
export class TooManyRequestsError extends DomainError {
  readonly code = 'too_many_requests';
  readonly kind = 'too_many';
  override readonly retryAfterSeconds: number;

  constructor(limit: number, retryAfterSeconds: number) {
    super(`You may send ${limit} requests a minute. Send the next one in ${retryAfterSeconds} seconds.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A user has more work in hand than the deployment allows. */
export class TooManyOpenJobsError extends DomainError {
  readonly code = 'too_many_open_jobs';
  readonly kind = 'too_many';
  override readonly retryAfterSeconds = 30;

  constructor({ open, asked, limit }: { open: number; asked: number; limit: number }) {
    super(
      `You may have ${limit} jobs queued or running. You have ${open}, and these would be ${asked} more. ` +
        (asked > limit ? 'Ask for fewer at once.' : 'Wait until some are finished, or cancel some.'),
    );
  }
}

export interface JobQuota {
  /** Jobs that one user may have queued or running. */
  readonly openJobLimit: number;
  /** Jobs that the user has, prefetched; undefined only where none are asked for. */
  readonly openJobs: number | undefined;
}

/**
 * Refuses jobs that a user has no room for. Requests at the same moment may both find room, so the limit can be
 * passed by as much as one request brings.
 * @throws TooManyOpenJobsError
 */
export function requireRoomForJobs(asked: number, { openJobLimit: limit, openJobs: open }: JobQuota): void {
  if (asked === 0) return;
  if (open === undefined)
    throw new Error('The number of open jobs was not prefetched, though the request creates jobs.');
  if (open + asked > limit) throw new TooManyOpenJobsError({ open, asked, limit });
}
