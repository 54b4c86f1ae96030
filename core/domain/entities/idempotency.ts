import { DomainError } from './errors.ts';
import type { RequestOrigin } from './ids.ts';

/** An answer as it is kept, to be given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that came under a key. Neither the key nor the body can be told from it. */
export interface KeyedRequest {
  /** One per user and key. */
  readonly id: string;
  /** Of what is asked: another body has another. */
  readonly fingerprint: string;
}

/** What is known of a request's key. */
export type KeyStatus =
  /** Nothing, or that the same request has failed or died: the key is now this request's. */
  | { readonly status: 'taken'; readonly origin: RequestOrigin }
  | { readonly status: 'running'; readonly fingerprint: string }
  | { readonly status: 'done'; readonly fingerprint: string; readonly answer: KeptAnswer };

export interface IdempotencyRecords {
  /** Takes the key, unless a request has it that is done or still running. One of several at once gets it. */
  take(request: KeyedRequest): Promise<KeyStatus>;
  keep(request: KeyedRequest, answer: KeptAnswer): Promise<void>;
  /** After a request that did nothing: the key may be used for anything. */
  release(request: KeyedRequest): Promise<void>;
  /** After a request that failed half-way, perhaps with effect: the same request may be repeated at once, and no other. */
  allowRepeat(request: KeyedRequest): Promise<void>;
}

export class InvalidIdempotencyKeyError extends DomainError {
  readonly code = 'invalid_idempotency_key';
  readonly kind = 'malformed';

  constructor() {
    super('An Idempotency-Key has 1 to 255 visible ASCII characters, such as a UUID.');
  }
}

export class IdempotencyMismatchError extends DomainError {
  readonly code = 'idempotency_mismatch';
  readonly kind = 'unprocessable';

  constructor() {
    super('This Idempotency-Key was used for another request. Use a new key for a new request.');
  }
}

export class RequestStillRunningError extends DomainError {
  readonly code = 'request_still_running';
  readonly kind = 'conflict';
  override readonly retryAfterSeconds = 1;

  constructor() {
    super('The first request with this Idempotency-Key is still running. Send it again in a moment.');
  }
}
