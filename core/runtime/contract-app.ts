import type { RouteConfig } from '@hono/zod-openapi';
import { type Context, Hono, type HonoRequest, type MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { validator } from 'hono/validator';
import type * as z from 'zod';
import type { HttpApp, HttpEnvironment } from './http-environment.ts';
import { faultsOf, invalidRequest } from './invalid-request.ts';
import { problemResponse } from './problem.ts';
import { wellFormed } from './well-formed.ts';

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
    ...(json ? [checkBody(json, body?.required === true)] : []),
  ];
}

const check = (target: 'query' | 'param' | 'header', schema: z.ZodType): MiddlewareHandler =>
  validator(target, (value, context) => fit(value, schema, { context, where: target }));

/**
 * What is not said to be JSON has been refused (`checkRequestForm`). What came through is read whatever it is called:
 * who decided that anew could take a body for none. One that may be left out is then empty.
 */
const checkBody =
  (schema: z.ZodType, isRequired: boolean): MiddlewareHandler =>
  async (context, next) => {
    const isLeftOut = !isRequired && context.req.raw.body === null;
    const value = isLeftOut ? {} : await readJson(context.req);
    const fitted = await fit(value, schema, { context, where: 'body' });
    if (fitted instanceof Response) return fitted;
    context.req.addValidatedData('json', fitted);
    return next();
  };

async function readJson(request: HonoRequest): Promise<unknown> {
  try {
    return wellFormed(await request.json());
  } catch {
    throw new HTTPException(400, { message: 'Malformed JSON in request body' });
  }
}

/** @returns the value as the schema makes it, or the answer to one that does not fit. */
async function fit(
  value: unknown,
  schema: z.ZodType,
  { context, where }: { context: Context; where: string },
): Promise<object | Response> {
  const { success, data, error } = await schema.safeParseAsync(value);
  return success ? (data as object) : problemResponse(context, invalidRequest(where, faultsOf(error.issues)));
}
