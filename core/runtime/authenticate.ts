import type { MiddlewareHandler } from 'hono';
import { requireScope } from '../domain/entities/principal.ts';
import type { Authenticate } from '../domain/request/authenticate.ts';
import { findRoute } from './find-route.ts';
import type { HttpApp, HttpEnvironment } from './http-environment.ts';
import { type RouteWants, wantedBy } from './prefetch.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface AuthenticationOptions {
  readonly authenticate: Authenticate;
  readonly readAlong?: readonly RouteWants[];
}

/**
 * Asks who is there, on every route whose contract does not say `security: []`, and whether their key may
 * read or write. What the route wants is read in the same call.
 */
export function authenticateRequests(
  app: HttpApp,
  { authenticate, readAlong = [] }: AuthenticationOptions,
): MiddlewareHandler<HttpEnvironment> {
  return async (context, next) => {
    const { method, path } = context.req;
    const match = findRoute(app, method, path);
    if (match?.route.security?.length !== 0) {
      const wanted =
        match === undefined
          ? {}
          : await wantedBy(readAlong, match.route, {
              ...{ params: match.params, query: context.req.query() },
              // A copy: who reads the body's bytes after this still finds them.
              readBody: () => context.req.raw.clone().text(),
            });
      const { principal, prefetched } = await authenticate(context.req.header('authorization'), wanted);
      requireScope(principal, READS.has(method) ? 'read' : 'write');
      context.set('principal', principal);
      context.set('prefetched', prefetched);
    }
    await next();
  };
}
