import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  RestApi as CdkRestApi,
  EndpointType,
  type IResource,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  ResponseType,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import { readCorsOrigins } from '../cors.ts';
import type { Hosting } from '../hosting.ts';
import type { Settings } from '../settings.ts';
import { differencesOf, readTarget } from '../target.ts';
import { Firewall } from './firewall.ts';
import { keepGatewayLog, REST_LINE } from './gateway-log.ts';
import type { OriginSecret } from './origin-secret.ts';
import type { SegmentryFunction } from './segmentry-function.ts';

export interface RestApiProps {
  readonly settings: Settings;
  readonly hosting: Pick<Hosting, 'apiDomain' | 'apiCertificateArn' | 'gatewayLogs'>;
  /** Undefined where there is no console. */
  readonly originSecret: OriginSecret | undefined;
  /** Serves every route that is not in `routes`. */
  readonly api: SegmentryFunction;
  /** Routes with functions of their own, such as `POST /v1/images`. */
  readonly routes: Readonly<Record<string, SegmentryFunction>>;
}

/** The HTTP face. Every media type is binary, so that images arrive byte for byte. */
export class RestApi extends Construct {
  readonly restApi: CdkRestApi;

  constructor(scope: Construct, id: string, { settings, hosting, originSecret, api, routes }: RestApiProps) {
    super(scope, id);
    this.restApi = new CdkRestApi(this, 'Api', {
      // CloudWatch tells the APIs of an account apart by their names alone.
      restApiName: Stack.of(this).stackName,
      cloudWatchRole: hosting.gatewayLogs,
      // All gateways of the account log by it: it outlives this deployment.
      ...(hosting.gatewayLogs && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }),
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ['*/*'],
      deployOptions: {
        stageName: 'api',
        throttlingRateLimit: settings.apiRequestsPerSecond,
        throttlingBurstLimit: settings.apiBurst,
        tracingEnabled: differencesOf(readTarget(this)).tracing,
        ...(hosting.gatewayLogs && {
          accessLogDestination: new LogGroupLogDestination(keepGatewayLog(this)),
          accessLogFormat: AccessLogFormat.custom(REST_LINE),
          loggingLevel: MethodLoggingLevel.ERROR,
          dataTraceEnabled: false,
        }),
      },
    });
    if (settings.firewallRequests > 0) {
      const stageArn = this.restApi.deploymentStage.stageArn;
      new Firewall(this, 'Firewall', { stageArn, requests: settings.firewallRequests, originSecret });
    }
    if (hosting.apiDomain !== undefined) this.#nameIt(hosting.apiDomain, hosting.apiCertificateArn ?? '');
    this.#allowOrigins(readCorsOrigins(this), [api, ...Object.values(routes)]);
    const { root } = this.restApi;
    const resources = new Set<IResource>([root]);
    for (const [route, fn] of Object.entries(routes)) {
      const [method = '', path = ''] = route.split(' ');
      const resource = root.resourceForPath(path);
      resource.addMethod(method, integrate(fn));
      for (let each: IResource | undefined = resource; each !== undefined; each = each.parentResource) {
        resources.add(each);
      }
    }
    this.#serveTheRest(resources, integrate(api));
  }

  /** @param certificateArn of the region. The output is what the name has to lead to, by the customer's own DNS. */
  #nameIt(domainName: string, certificateArn: string): void {
    const domain = this.restApi.addDomainName('Domain', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new CfnOutput(Stack.of(this), 'ApiDomainTarget', { value: domain.domainNameAliasDomainName });
  }

  /** Functions tell whose pages may read their answers. What the gateway refuses itself holds nothing: any page may. */
  #allowOrigins(origins: readonly string[], functions: readonly SegmentryFunction[]): void {
    for (const fn of functions) fn.addEnvironment({ CORS_ORIGINS: origins.join(',') });
    if (origins.length === 0) return;
    for (const type of [ResponseType.DEFAULT_4XX, ResponseType.DEFAULT_5XX]) {
      this.restApi.addGatewayResponse(type.responseType, {
        type,
        responseHeaders: { 'Access-Control-Allow-Origin': "'*'" },
      });
    }
  }

  /** API Gateway falls back to no ancestor: each resource needs its own way to the API. */
  #serveTheRest(resources: ReadonlySet<IResource>, integration: LambdaIntegration): void {
    const parents = [...resources].map((resource) => resource.parentResource?.path);
    for (const resource of resources) {
      resource.addMethod('ANY', integration);
      const isLeaf = !parents.includes(resource.path);
      // One variable part a level: `{id}` stands where `{proxy+}` would.
      const hasVariableChild = [...resources].some(
        (child) => child.parentResource?.path === resource.path && child.path.endsWith('}'),
      );
      if (!isLeaf && !hasVariableChild) resource.addProxy({ defaultIntegration: integration });
    }
  }
}

const integrate = (fn: SegmentryFunction) =>
  new LambdaIntegration(fn.live, { scopePermissionToMethod: false });
