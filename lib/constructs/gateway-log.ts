import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * Where API Gateway writes a line for each request, also for those that reach no function: refused for their number or
 * by the firewall, too large, too slow. CloudFormation removes it only where a deploy failed.
 */
export const keepGatewayLog = (scope: Construct): LogGroup =>
  new LogGroup(scope, 'AccessLog', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });

const variables = (names: Readonly<Record<string, string>>) =>
  JSON.stringify(Object.fromEntries(Object.entries(names).map(([name, of]) => [name, `$context.${of}`])));

/** Neither path, query nor header is among them: these hold tokens. The function's own line names the route. */
export const REST_LINE = variables({
  requestId: 'requestId',
  requestTime: 'requestTimeEpoch',
  ip: 'identity.sourceIp',
  method: 'httpMethod',
  resource: 'resourcePath',
  status: 'status',
  durationMs: 'responseLatency',
  functionMs: 'integrationLatency',
  responseBytes: 'responseLength',
  error: 'error.responseType',
});

export const LIVE_LINE = variables({
  requestId: 'requestId',
  requestTime: 'requestTimeEpoch',
  ip: 'identity.sourceIp',
  route: 'routeKey',
  event: 'eventType',
  connectionId: 'connectionId',
  status: 'status',
  error: 'error.responseType',
});
