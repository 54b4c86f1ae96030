import type { createRoute as createOpenApiRoute } from '@hono/zod-openapi';

/**
 * A route of the API, by whose types its handler knows what a request brings. The package that serves routes has the
 * same function; it is not imported here, so that what only reads a contract does not bring a server along.
 */
export const createRoute: typeof createOpenApiRoute = (route) =>
  Object.defineProperty(
    { ...route, getRoutingPath: () => route.path.replaceAll(/\/{(.+?)}/g, '/:$1') },
    'getRoutingPath',
    { enumerable: false },
  ) as never;
