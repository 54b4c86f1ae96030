import type { MiddlewareHandler } from 'hono';
import type { HttpEnvironment } from './http-environment.ts';

/**
 * Makes `Location` relative to the request. Where the API's paths begin is known to the client alone: behind
 * execute-api under a stage, behind CloudFront or a domain of its own at the root.
 */
export function relativeLocation(): MiddlewareHandler<HttpEnvironment> {
  return async (context, next) => {
    await next();
    const location = context.res.headers.get('location');
    if (location?.startsWith('/')) context.header('location', relativeTo(context.req.path, location));
  };
}

/** The path `to` as a reference from the path `from`: `/v1/jobs/3` is `jobs/3` from `/v1/images`. */
export function relativeTo(from: string, to: string): string {
  const folders = from.split('/').slice(0, -1);
  const parts = to.split('/');
  const firstOther = parts.findIndex((part, index) => index === parts.length - 1 || part !== folders[index]);
  return [...folders.slice(firstOther).map(() => '..'), ...parts.slice(firstOther)].join('/');
}
