import type { HonoRequest, MiddlewareHandler } from 'hono';
import { contentHashOf } from '../domain/entities/image.ts';
import { requireScope, type Scope } from '../domain/entities/principal.ts';
import type { Authenticate } from '../domain/request/authenticate.ts';
import type { Prefetched, PrefetchKeys } from '../domain/request/prefetch.ts';
import { findRoute, type RouteValues } from './find-route.ts';
import type { HttpApp, HttpEnvironment } from './http-environment.ts';
import { isImageBody } from './image-body.ts';
import { parseBodyOnce } from './parse-body-once.ts';
import { declaredKeys, onlyDeclared, usableKeys } from './prefetch.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface AuthenticationOptions {
  readonly authenticate: Authenticate;
}

type Environment = HttpEnvironment & { Variables: { prefetched: Prefetched } };

/**
 * Asks who is there, on every route whose contract does not say `security: []`, and whether they have the scope
 * that the contract names; `read` or `write` where it names none. What the route declares is read in the same call.
 */
export function authenticateRequests(
  app: HttpApp,
  { authenticate }: AuthenticationOptions,
): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const { method, path } = context.req;
    const match = findRoute(app, method, path);
    if (match?.route.security?.length !== 0) {
      const keys = match === undefined ? {} : await keysOf(match, context.req);
      const authorization = context.req.header('authorization');
      const { principal, prefetched } = await authenticate(authorization, usableKeys(keys));
      requireScope(principal, scopeOf(match?.route.security) ?? (READS.has(method) ? 'read' : 'write'));
      context.set('principal', principal);
      context.set('prefetched', onlyDeclared(prefetched, keys));
    }
    await next();
  };
}

async function keysOf(
  { route, params }: NonNullable<ReturnType<typeof findRoute>>,
  request: HonoRequest,
): Promise<PrefetchKeys> {
  const keys = declaredKeys(route);
  if (keys === undefined) return {};
  const isJson = route.request?.body?.content['application/json'] !== undefined;
  const body = isJson ? textsOf(await parseBodyOnce(request)) : {};
  return keys({ params, query: request.query(), body, contentHash: () => hashContent(request) });
}

/** The bytes are left as they are for those who read them. */
async function hashContent(request: HonoRequest): Promise<string | undefined> {
  if (!isImageBody(request.header('content-type'))) return undefined;
  return contentHashOf(new Uint8Array(await request.raw.clone().arrayBuffer()));
}

const textsOf = (value: unknown): RouteValues =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([, each]) => typeof each === 'string'));

const scopeOf = (security: readonly Record<string, readonly string[]>[] | undefined) =>
  security?.[0]?.bearer?.[0] as Scope | undefined;
