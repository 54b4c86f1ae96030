import type { Job, Problem } from './contracts.ts';

/** Codes of failures that the client itself finds; every other code is the server's (`/docs` lists them). */
export type ClientErrorCode =
  | 'no_address'
  | 'network_failed'
  | 'timed_out'
  | 'unreadable_answer'
  | 'invalid_request'
  | 'model_not_chosen'
  | 'input_not_fetched'
  | 'unknown_content_type'
  | 'upload_refused'
  | 'analysis_failed'
  | 'invalid_signature';

/** Of these nobody knows what became of what was asked, or nothing was. */
const OPEN_CODES = ['network_failed', 'timed_out', 'input_not_fetched'];
/** These speak of who asks, of when and how often, or of what still goes on. */
const OPEN_STATUSES = [401, 402, 403, 408, 409, 425, 429];

/** `code` says what happened, for programs; `message` says it to people, and what to do. */
export class SegmentryError extends Error {
  override readonly name = 'SegmentryError';
  readonly code: ClientErrorCode | (string & {});
  /** The HTTP status, where an answer came. */
  readonly status: number | undefined;
  /** Name it to the operator where a failure lasts. */
  readonly requestId: string | undefined;
  /** Which fields are wrong, and how. */
  readonly fields: readonly { readonly path: string; readonly message: string }[];
  readonly retryAfterSeconds: number | undefined;
  /** Of `insufficient_credits`: what it would cost, and what there is. */
  readonly cost: number | undefined;
  readonly balance: number | undefined;
  /** Of an analysis of which a job has failed: all of its jobs, as they have ended. */
  readonly jobs: readonly Job[];

  constructor(code: SegmentryError['code'], message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const { problem, retryAfterSeconds } = details;
    this.code = code;
    this.status = details.status ?? problem?.status;
    this.requestId = problem?.requestId;
    this.fields = problem?.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
    this.cost = problem?.cost;
    this.balance = problem?.balance;
    this.jobs = details.jobs ?? [];
  }

  /** Whether the same under the same key would end the same: it was refused, or a job has ended without a result. */
  get isFinal(): boolean {
    if (this.status === undefined) return !OPEN_CODES.includes(this.code);
    return this.status >= 400 && this.status < 500 && !OPEN_STATUSES.includes(this.status);
  }
}

interface ErrorDetails {
  readonly cause?: unknown;
  readonly status?: number;
  readonly problem?: Partial<Problem>;
  readonly retryAfterSeconds?: number | undefined;
  readonly jobs?: readonly Job[];
}

/** What a refusal says. Anything on the way may have answered, so nothing is taken for granted. */
export async function readRefusal(response: Response): Promise<SegmentryError> {
  const problem = await readProblem(response);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new SegmentryError(
    problem.code ?? 'http_error',
    problem.detail ?? `The service answered ${response.status} ${response.statusText}.`.replace(' .', '.'),
    { status: response.status, problem, retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined },
  );
}

async function readProblem(response: Response): Promise<Partial<Problem>> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  } catch {
    return {};
  }
}
