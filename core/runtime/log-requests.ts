import type { MiddlewareHandler } from 'hono';
import { findRoute } from './find-route.ts';
import type { HttpApp, HttpEnvironment } from './http-environment.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * The access log: a line for each request. It names the route by its contract, never by its path, whose parts and
 * query may be tokens.
 */
export function logRequests(
  app: HttpApp,
  logger: Pick<Telemetry['logger'], 'info'>,
): MiddlewareHandler<HttpEnvironment> {
  return async (context, next) => {
    const started = performance.now();
    await next();
    const { method, path } = context.req;
    logger.info('A request was answered', {
      requestId: context.get('requestId'),
      method,
      route: findRoute(app, method, path)?.route.path ?? 'none',
      principal: context.get('principal')?.userId,
      status: context.res.status,
      milliseconds: Math.round(performance.now() - started),
    });
  };
}
