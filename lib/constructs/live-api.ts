import { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroupLogDestination, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import type { Hosting } from '../hosting.ts';
import { differencesOf, readTarget } from '../target.ts';
import { keepGatewayLog, LIVE_LINE } from './gateway-log.ts';
import type { SegmentryFunction } from './segmentry-function.ts';

/** A limit for all clients of one AWS account together. */
const MESSAGES_PER_SECOND = 500;

/** The WebSocket face. */
export class LiveApi extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;

  constructor(scope: Construct, id: string, { gatewayLogs }: Pick<Hosting, 'gatewayLogs'>) {
    super(scope, id);
    this.api = new WebSocketApi(this, 'Api', { apiName: 'segmentry-live' });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: 'live',
      autoDeploy: true,
      throttle: { rateLimit: MESSAGES_PER_SECOND, burstLimit: 2 * MESSAGES_PER_SECOND },
      ...(gatewayLogs && {
        accessLogSettings: {
          destination: new LogGroupLogDestination(keepGatewayLog(this)),
          format: AccessLogFormat.custom(LIVE_LINE),
        },
      }),
    });
  }

  /** Has `fn` open and close connections, and read what clients send. */
  serveBy(fn: SegmentryFunction): void {
    for (const route of ['$connect', '$disconnect', '$default']) {
      this.api.addRoute(route, {
        integration: new WebSocketLambdaIntegration(route.slice(1), fn.live),
      });
    }
  }

  /** Lets a function send on connections. */
  grantSend(fn: SegmentryFunction): void {
    this.#grant(fn, 'POST');
  }

  /** Lets a function close connections. */
  grantClose(fn: SegmentryFunction): void {
    this.#grant(fn, 'DELETE');
  }

  #grant(fn: SegmentryFunction, method: 'POST' | 'DELETE'): void {
    const { apiId } = this.api;
    const { stageName } = this.stage;
    fn.allow(
      ['execute-api:ManageConnections'],
      [
        Stack.of(this).formatArn({
          service: 'execute-api',
          resource: apiId,
          resourceName: `${stageName}/${method}/@connections/*`,
        }),
      ],
    );
    const { connectionsByPath } = differencesOf(readTarget(this));
    fn.addEnvironment({
      LIVE_CONNECTIONS_URL: connectionsByPath
        ? `/_aws/execute-api/${apiId}/${stageName}`
        : this.stage.callbackUrl,
    });
  }
}
