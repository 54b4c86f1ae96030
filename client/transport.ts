import { readRefusal, SegmentryError } from './errors.ts';
import { sleep } from './sleep.ts';

/** Gives the access token to send; `refused` is one that was answered 401, so that a new one is wanted. */
export type TokenSource = (refused?: string) => string | undefined | Promise<string | undefined>;

export interface Transport {
  readonly url: string;
  readonly token: TokenSource;
  readonly fetch: typeof fetch;
  /** How often a request is sent again that failed through no fault of its own. */
  readonly retries: number;
}

/** As `fetch` takes it; DOM's own name for it is not there in Node. */
export type RequestBody = NonNullable<RequestInit['body']>;

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether it may be sent again where nobody knows if it arrived. */
  readonly repeatable: boolean;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 60_000;

const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** @returns an answer that is no failure. @throws SegmentryError, or the signal's reason. */
export async function send(request: WireRequest, transport: Transport): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const failure = await tryOnce(request, transport);
    if (failure instanceof Response) return failure;
    const pauseMs = (failure.retryAfterSeconds ?? 0) * 1000 || jitter(FIRST_PAUSE_MS * 2 ** attempt);
    const again = attempt < transport.retries && pauseMs <= LONGEST_PAUSE_MS && mayPass(failure, request);
    if (!again) throw failure;
    await sleep(pauseMs, request.signal);
  }
}

async function tryOnce(request: WireRequest, transport: Transport): Promise<Response | SegmentryError> {
  const token = await transport.token();
  const response = await sendAs(token, request, transport);
  if (response instanceof SegmentryError || response.ok) return response;
  if (response.status === 401 && token !== undefined) {
    const renewed = await transport.token(token);
    if (renewed !== undefined && renewed !== token) {
      await response.body?.cancel();
      const second = await sendAs(renewed, request, transport);
      return second instanceof SegmentryError || second.ok ? second : readRefusal(second);
    }
  }
  return readRefusal(response);
}

async function sendAs(
  token: string | undefined,
  { method, path, headers, body, signal }: WireRequest,
  transport: Transport,
): Promise<Response | SegmentryError> {
  try {
    return await transport.fetch(transport.url + path, {
      method,
      headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    return new SegmentryError(
      'network_failed',
      `${new URL(transport.url, 'http://localhost').host} can't be reached. Check the address and the network.`,
      { cause },
    );
  }
}

function mayPass({ code, status }: SegmentryError, { repeatable }: WireRequest): boolean {
  // What was told to come later has done nothing.
  if (status === 429 || status === 503) return true;
  if (!repeatable) return false;
  return code === 'network_failed' || code === 'request_still_running' || PASSING.has(status ?? 0);
}

const jitter = (ms: number) => ms * (0.5 + Math.random());
