import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import type { Principal } from '../domain/entities/principal.ts';
import type { Prefetched } from '../domain/request/prefetch.ts';

/** What a request carries through the application. */
export interface HttpEnvironment {
  Bindings: { event: LambdaEvent; lambdaContext: LambdaContext };
  Variables: { requestId: string; principal: Principal; prefetched: Prefetched };
}

export type HttpContext = Context<HttpEnvironment>;
export type HttpApp = OpenAPIHono<HttpEnvironment>;
