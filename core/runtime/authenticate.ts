import type { MiddlewareHandler } from 'hono';
import type { Authenticate } from '../domain/authenticate.ts';
import { requireScope } from '../domain/principal.ts';
import type { HttpApp, HttpEnvironment } from './http-environment.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Asks who is there, on every route whose contract does not say `security: []`, and whether their key may
 * read or write.
 */
export function authenticateRequests(
  app: HttpApp,
  authenticate: Authenticate,
): MiddlewareHandler<HttpEnvironment> {
  return async (context, next) => {
    if (!isPublic(app, context.req.method, context.req.path)) {
      const principal = await authenticate(context.req.header('authorization'));
      requireScope(principal, READS.has(context.req.method) ? 'read' : 'write');
      context.set('principal', principal);
    }
    await next();
  };
}

function isPublic(app: HttpApp, method: string, path: string): boolean {
  return app.openAPIRegistry.definitions.some(
    (definition) =>
      definition.type === 'route' &&
      definition.route.security?.length === 0 &&
      definition.route.method.toUpperCase() === method &&
      matches(definition.route.path, path),
  );
}

/** Whether a path is of a route such as `/v1/password-resets/{token}`. */
function matches(route: string, path: string): boolean {
  const [routeParts, pathParts] = [route.split('/'), path.split('/')];
  return (
    routeParts.length === pathParts.length &&
    routeParts.every((part, index) => part === pathParts[index] || part.startsWith('{'))
  );
}
