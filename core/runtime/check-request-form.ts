import type { RouteConfig } from '@hono/zod-openapi';
import type { HonoRequest, MiddlewareHandler } from 'hono';
import { DomainError } from '../domain/entities/errors.ts';
import { findRoute } from './find-route.ts';
import type { HttpApp, HttpEnvironment } from './http-environment.ts';
import { invalidRequest } from './invalid-request.ts';
import { problemResponse } from './problem.ts';

export class JsonExpectedError extends DomainError {
  readonly code = 'json_expected';
  readonly kind = 'unsupported';

  constructor(contentType: string | undefined) {
    super(
      `This route takes JSON, and the body's type is ${contentType ? `"${contentType}"` : 'not said'}. ` +
        'Send it with the header Content-Type: application/json.',
    );
  }
}

/**
 * Refuses what a route does not take: query parameters that it does not know, which would be a slip that goes
 * unnoticed, and a body that is not said to be the JSON that it wants. @throws JsonExpectedError
 */
export function checkRequestForm(app: HttpApp): MiddlewareHandler<HttpEnvironment> {
  return async (context, next) => {
    const match = findRoute(app, context.req.method, context.req.path);
    if (match === undefined) return next();
    const faults = unknownParameters(match.route, context.req);
    if (faults.length > 0) return problemResponse(context, invalidRequest('query', faults));
    requireJson(match.route, context.req);
    return next();
  };
}

function unknownParameters({ request }: RouteConfig, asked: HonoRequest) {
  const known = Object.keys((request?.query as { shape?: object } | undefined)?.shape ?? {});
  const unknown = Object.keys(asked.query()).filter((name) => !known.includes(name));
  const choice = known.length === 0 ? 'This route takes none.' : `There are ${known.join(', ')}.`;
  return unknown.map((name) => ({ path: name, message: `There is no such query parameter. ${choice}` }));
}

function requireJson({ request }: RouteConfig, asked: HonoRequest): void {
  if (request?.body?.content['application/json'] === undefined) return;
  const contentType = asked.header('content-type');
  if (/^application\/([\w.+-]+\+)?json *(;|$)/i.test(contentType ?? '')) return;
  if (request.body.required || asked.raw.body !== null) throw new JsonExpectedError(contentType);
}
