/** One call of an endpoint. */
export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Why no answer came. */
export type PostFailure = 'timed_out' | 'address_refused' | 'name_not_found' | 'connection_failed';

/** What came of a call. */
export interface PostOutcome {
  readonly durationMs: number;
  /** Absent where no answer came. */
  readonly httpStatus?: number;
  readonly failure?: PostFailure;
  /** The first bytes of the answer's body. */
  readonly answer: string;
  /** The answer's header of that name. */
  readonly retryAfter?: string;
}

/** Calls an endpoint once. Never throws for what the other side does. */
export type PostWebhook = (post: WebhookPost) => Promise<PostOutcome>;
