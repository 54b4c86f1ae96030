import type { RouteConfig } from '@hono/zod-openapi';
import { Hono, type MiddlewareHandler } from 'hono';
import { validator } from 'hono/validator';
import type * as z from 'zod';
import type { HttpApp, HttpEnvironment } from './http-environment.ts';
import { faultsOf, invalidRequest } from './invalid-request.ts';
import { problemResponse } from './problem.ts';

type Checked = 'query' | 'param' | 'header' | 'json';

/**
 * Serves routes by their contracts: a handler is called with what fits the schemas, typed by them. It is what the
 * package of the types does, without the writer of OpenAPI documents that comes with it.
 */
export class ContractApp extends Hono<HttpEnvironment> implements HttpApp {
  readonly contracts: RouteConfig[] = [];

  readonly openapi = ((contract: RouteConfig, handler: MiddlewareHandler) => {
    this.contracts.push(contract);
    const path = contract.path.replaceAll(/\/{(.+?)}/g, '/:$1');
    const middleware = [contract.middleware ?? []].flat() as MiddlewareHandler[];
    this.on([contract.method], [path], ...middleware, ...checksOf(contract), handler);
    return this;
  }) as unknown as HttpApp['openapi'];
}

function checksOf({ request = {} }: RouteConfig): MiddlewareHandler[] {
  const { query, params, headers, body } = request;
  const json = (body?.content['application/json'] as { schema: z.ZodType } | undefined)?.schema;
  return [
    ...(query ? [check('query', query as z.ZodType)] : []),
    ...(params ? [check('param', params as z.ZodType)] : []),
    ...(headers ? [check('header', headers as z.ZodType)] : []),
    ...(json ? [body?.required ? check('json', json) : ifThereIsOne(check('json', json))] : []),
  ];
}

const check = (target: Checked, schema: z.ZodType): MiddlewareHandler =>
  validator(target, async (value, context) => {
    const { success, data, error } = await schema.safeParseAsync(value);
    if (success) return data as object;
    const where = target === 'json' ? 'body' : target;
    return problemResponse(context, invalidRequest(where, faultsOf(error.issues)));
  });

/** A body may be left out; that one which is there is JSON has been checked (`checkRequestForm`). */
const ifThereIsOne =
  (checkBody: MiddlewareHandler): MiddlewareHandler =>
  (context, next) => {
    if (context.req.header('content-type') !== undefined) return checkBody(context, next);
    context.req.addValidatedData('json', {});
    return next();
  };
