import { cors } from 'hono/cors';
import { type AuthenticationOptions, authenticateRequests } from './authenticate.ts';
import { checkRequestForm } from './check-request-form.ts';
import { ContractApp } from './contract-app.ts';
import type { HttpApp } from './http-environment.ts';
import { logRequests } from './log-requests.ts';
import { problemOf, problemResponse } from './problem.ts';
import { relativeLocation } from './relative-location.ts';
import type { Telemetry } from './telemetry.ts';

export type HttpAppOptions = Pick<Telemetry, 'logger'> &
  AuthenticationOptions & {
    /** Whose pages may call the API from a browser; `*` lets all. None unless it says so. */
    readonly corsOrigins?: readonly string[] | undefined;
  };

/** What pages of other origins read besides the body. */
const EXPOSED_HEADERS = ['location', 'retry-after', 'x-request-id'];

/**
 * An application whose every failure is a problem+json: what does not fit its schema, what the domain
 * refuses, what nobody foresaw.
 */
export function createHttpApp({ logger, corsOrigins = [], ...authentication }: HttpAppOptions): HttpApp {
  const app = new ContractApp();
  app.use(async (context, next) => {
    context.set('requestId', context.env.lambdaContext?.awsRequestId ?? crypto.randomUUID());
    await next();
    context.header('x-request-id', context.get('requestId'));
    context.header('x-content-type-options', 'nosniff');
  });
  app.use(logRequests(app, logger));
  app.use(relativeLocation());
  // In a list `*` would be one origin among others, which no page has.
  const origin = corsOrigins.includes('*') ? '*' : [...corsOrigins];
  app.use(cors({ origin, exposeHeaders: EXPOSED_HEADERS, maxAge: 3600 }));
  app.use(authenticateRequests(app, authentication));
  app.use(checkRequestForm(app));
  app.notFound((context) =>
    problemResponse(context, {
      status: 404,
      code: 'route_not_found',
      detail: `There is no ${context.req.method} ${context.req.path}. GET /v1/openapi.json lists the routes.`,
    }),
  );
  app.onError((error, context) => {
    const problem = problemOf(error);
    if (problem !== undefined) return problemResponse(context, problem.facts, problem.headers);
    logger.error('A request failed unforeseen', error);
    return problemResponse(context, {
      status: 500,
      code: 'internal_error',
      detail: 'An internal error occurred. Try again; if it keeps failing, tell the operator the requestId.',
    });
  });
  return app;
}
