import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import type { RequestOrigin } from '../domain/entities/ids.ts';
import type { Principal } from '../domain/entities/principal.ts';

/** What a request carries through the application; what its route prefetches comes on top (`prefetching`). */
export interface HttpEnvironment {
  Bindings: { event: LambdaEvent; lambdaContext: LambdaContext };
  Variables: { requestId: string; principal: Principal; origin?: RequestOrigin };
}

export type HttpContext = Context<HttpEnvironment>;

/** An application that serves routes by their contracts. */
export interface HttpApp extends Hono<HttpEnvironment> {
  /** Of the routes that are served, in their order. */
  readonly contracts: readonly RouteConfig[];
  readonly openapi: OpenAPIHono<HttpEnvironment>['openapi'];
}
