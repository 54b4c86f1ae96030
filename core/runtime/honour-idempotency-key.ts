import type { MiddlewareHandler } from 'hono';
import {
  honoursIdempotencyKey,
  IDEMPOTENCY_KEY_HEADER,
  IdempotencyKey,
  REPLAYED_HEADER,
} from '../contracts/http/idempotency.ts';
import {
  IdempotencyMismatchError,
  type IdempotencyRecords,
  InvalidIdempotencyKeyError,
  type KeptAnswer,
  type KeyedRequest,
  RequestStillRunningError,
} from '../domain/entities/idempotency.ts';
import type { Principal } from '../domain/entities/principal.ts';
import { fingerprintRequest } from './fingerprint-request.ts';
import type { HttpContext, HttpEnvironment } from './http-environment.ts';

const KEPT_HEADERS = ['content-type', 'location', 'retry-after'];

/** A larger answer is not kept; no POST gives one. */
const ANSWER_LIMIT_CHARACTERS = 200_000;

/**
 * Makes every POST of a user with an `Idempotency-Key` safe to repeat: the same request under the same key gets the first
 * answer again. Only what was done is kept. A request that was refused frees its key; one that failed leaves it to
 * its repeats, whose ids are those that it chose: what it has done all the same is not done again.
 * @throws InvalidIdempotencyKeyError, IdempotencyMismatchError, RequestStillRunningError
 */
export function honourIdempotencyKey(records: IdempotencyRecords): MiddlewareHandler<HttpEnvironment> {
  return async (context, next) => {
    const key = context.req.header(IDEMPOTENCY_KEY_HEADER);
    const principal: Principal | undefined = context.get('principal');
    if (key === undefined || !honoursIdempotencyKey(context.req.method, context.req.path)) return next();
    // Keys are a user's own: those who have not said who they are share none, and make nothing be hashed or kept.
    if (principal === undefined) return next();
    if (!IdempotencyKey.safeParse(key).success) throw new InvalidIdempotencyKeyError();
    const request = await readRequest(context, { key, userId: principal.userId });
    const known = await records.take(request);
    if (known.status === 'taken') {
      context.set('origin', known.origin);
      await next();
      await keepOrRelease(context, request, records);
      return undefined;
    }
    if (known.fingerprint !== request.fingerprint) throw new IdempotencyMismatchError();
    if (known.status === 'running') throw new RequestStillRunningError();
    return replay(known.answer);
  };
}

async function readRequest(
  context: HttpContext,
  named: { key: string; userId: string },
): Promise<KeyedRequest> {
  const { raw } = context.req;
  const facts = {
    method: raw.method,
    url: raw.url,
    contentType: raw.headers.get('content-type') ?? '',
    filename: raw.headers.get('x-filename') ?? '',
  };
  return fingerprintRequest(named, facts, new Uint8Array(await raw.clone().arrayBuffer()));
}

async function keepOrRelease(
  context: HttpContext,
  request: KeyedRequest,
  records: IdempotencyRecords,
): Promise<void> {
  const { status, headers } = context.res;
  if (status >= 500) return records.allowRepeat(request);
  const body = status < 400 ? await context.res.clone().text() : '';
  if (status >= 400 || body.length > ANSWER_LIMIT_CHARACTERS) return records.release(request);
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return records.keep(request, { status, headers: Object.fromEntries(kept), body });
}

function replay({ status, headers, body }: KeptAnswer): Response {
  const hasBody = body !== '';
  return new Response(hasBody ? body : null, { status, headers: { ...headers, [REPLAYED_HEADER]: 'true' } });
}
