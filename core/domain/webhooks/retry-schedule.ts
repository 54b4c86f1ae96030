/** When a delivery is tried: how long before each attempt, the first included. */
export interface RetrySchedule {
  readonly waitsSeconds: readonly number[];
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Waits are this much longer at most, so that what failed together does not come back together. */
const JITTER_SHARE = 0.1;
/** A receiver may ask for more patience than the schedule has, up to here. */
const RETRY_AFTER_LIMIT_SECONDS = 24 * 3600;

/**
 * Seconds before the attempt that follows `made` attempts.
 * @returns undefined where there is none: the delivery has failed.
 */
export function waitAfter(
  made: number,
  { waitsSeconds, random }: RetrySchedule,
  retryAfterSeconds = 0,
): number | undefined {
  const wait = waitsSeconds[made];
  if (wait === undefined) return undefined;
  const asked = Math.min(retryAfterSeconds, RETRY_AFTER_LIMIT_SECONDS);
  return Math.max(wait * (1 + random() * JITTER_SHARE), asked);
}

/** Seconds that a `Retry-After` header asks for, given as seconds or as a date; 0 where it says nothing. */
export function readRetryAfter(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const time = Date.parse(header);
  return Number.isNaN(time) ? 0 : Math.max(0, (time - now.getTime()) / 1000);
}
