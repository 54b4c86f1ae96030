import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
// Before a function's own code, so that what that fails of is told well.
import './name-sources.ts';

/** A function's log and metrics. Events are never logged whole: they may hold tokens. */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export function createTelemetry(serviceName: string): Telemetry {
  return {
    logger: new Logger({ serviceName }),
    metrics: new Metrics({ namespace: 'Segmentry', serviceName }),
  };
}

/** The middlewares that every handler wears. */
export const telemetryMiddlewares = ({ logger }: Telemetry) => [
  injectLambdaContext(logger, { resetKeys: true }),
];
