import type { MiddlewareHandler } from 'hono';
import { TooManyRequestsError } from '../domain/request/quota.ts';
import type { HttpEnvironment } from './http-environment.ts';

export interface RequestLimits {
  readonly requestsPerMinute: number;
  readonly requestCounts: {
    /** Adds to what a user has asked in a minute. @returns the sum of all functions' requests. */
    add(userId: string, minute: number, requests: number): Promise<number>;
  };
  readonly now: () => Date;
}

const LONGEST_WAIT_SECONDS = 20;

/** What is no number the route refuses, and nothing waits. */
function secondsToWait(asked: string | undefined): number {
  const seconds = Number(asked ?? 0);
  return seconds > 0 ? Math.min(LONGEST_WAIT_SECONDS, Math.ceil(seconds)) : 0;
}

interface Count {
  /** Of all functions, when it was told last. */
  known: number;
  /** Requests of this process that have not been told. */
  unreported: number;
}

/** A process tells its requests in portions of this share of the limit, not each with a write of its own. */
const PORTION = 1 / 20;

/**
 * Counts what a user asks, up to the limit of the minute. @returns gives back what was not used after all.
 * @throws TooManyRequestsError
 */
export type TakeRequests = (userId: string, requests: number) => Promise<(unused: number) => void>;

/**
 * Processes count for themselves and tell the table now and then, so the limit can be passed by a portion for each
 * process that serves the user.
 */
export function createRequestCounter({
  requestsPerMinute: limit,
  requestCounts,
  now,
}: RequestLimits): TakeRequests {
  const portion = Math.max(1, Math.floor(limit * PORTION));
  let current = 0;
  let counts = new Map<string, Count>();

  return async (userId, requests) => {
    const seconds = now().getTime() / 1000;
    const minute = Math.floor(seconds / 60);
    if (minute !== current) {
      current = minute;
      counts = new Map();
    }
    const count = counts.get(userId) ?? { known: 0, unreported: 0 };
    counts.set(userId, count);
    const tooManyRequests = () => new TooManyRequestsError(limit, Math.ceil((minute + 1) * 60 - seconds));
    if (count.known >= limit) throw tooManyRequests();
    count.unreported += requests;
    if (count.unreported >= portion || count.known + count.unreported > limit) {
      const reported = count.unreported;
      count.unreported = 0;
      count.known = await requestCounts.add(userId, minute, reported);
    }
    if (count.known > limit) throw tooManyRequests();
    return (unused) => {
      count.unreported -= unused;
    };
  };
}

/**
 * Refuses what a user asks beyond the limit of the minute. A request that may wait holds a process all the while, so
 * each second that it asks for counts as a request too, until it is over and the rest is given back.
 * @throws TooManyRequestsError
 */
export function limitRequests(limits: RequestLimits): MiddlewareHandler<HttpEnvironment> {
  const take = createRequestCounter(limits);

  return async (context, next) => {
    const userId = context.get('principal')?.userId;
    if (userId === undefined) return next();
    const waitSeconds = secondsToWait(context.req.query('wait'));
    const giveBack = await take(userId, 1 + waitSeconds);
    const startedMs = limits.now().getTime();
    await next();
    const waited = Math.ceil((limits.now().getTime() - startedMs) / 1000);
    if (waitSeconds > 0) giveBack(Math.max(0, waitSeconds - waited));
  };
}
