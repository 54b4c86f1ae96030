import middy from '@middy/core';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { handle } from 'hono/aws-lambda';
import type { HttpApp } from './http-environment.ts';
import { type Telemetry, telemetryMiddlewares } from './telemetry.ts';

/** Serves an application behind API Gateway's REST API. */
export function httpHandler(app: HttpApp, telemetry: Telemetry) {
  const serve = handle(app);
  return middy((event: APIGatewayProxyEvent, context: Context) =>
    serve(event as never, context as never),
  ).use(telemetryMiddlewares(telemetry));
}
