import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { PROBLEM_CONTENT_TYPE, type Problem } from '../contracts/http/problem.ts';
import { DomainError, type ErrorKind } from '../domain/entities/errors.ts';

const STATUS_OF_KIND = {
  malformed: 400,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported: 415,
  unprocessable: 422,
  too_many: 429,
  unavailable: 503,
} as const satisfies Record<ErrorKind, number>;

const TITLES: Partial<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  402: 'Payment required',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Unprocessable content',
  429: 'Too many requests',
  503: 'Unavailable',
};

type ProblemFacts = Pick<Problem, 'status' | 'code' | 'detail' | 'errors' | 'cost' | 'balance'>;

/** The answer to a request that failed. */
export function problemResponse(context: Context, facts: ProblemFacts, headers = {}): Response {
  const problem: Problem = {
    type: `/docs#${facts.code}`,
    title: TITLES[facts.status] ?? 'Error',
    ...facts,
    requestId: context.get('requestId'),
  };
  return context.body(JSON.stringify(problem), facts.status as 400, {
    'content-type': PROBLEM_CONTENT_TYPE,
    ...headers,
  });
}

/**
 * What to answer for an error; undefined for one that nobody foresaw, of which the client learns only that
 * it happened.
 */
export function problemOf(
  error: Error,
): { facts: ProblemFacts; headers: Record<string, string> } | undefined {
  if (error instanceof DomainError) {
    const { code, message: detail, retryAfterSeconds, members } = error;
    return {
      facts: { status: STATUS_OF_KIND[error.kind], code, detail, ...members },
      headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    };
  }
  if (error instanceof HTTPException) {
    const code = error.status === 400 ? 'malformed_request' : 'http_error';
    return { facts: { status: error.status, code, detail: error.message }, headers: {} };
  }
  return undefined;
}
