import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, type HttpOriginProps, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { ORIGIN_SECRET_HEADER, VIEWER_ADDRESS_HEADER } from '../../core/contracts/console-origin.ts';
import { consolePolicy } from '../../core/contracts/console-policy.ts';
import { consolePages } from '../console-pages.ts';
import type { Hosting } from '../hosting.ts';
import { nameInRegion } from '../name-in-region.ts';
import type { OriginSecret } from './origin-secret.ts';

export interface ConsoleDistributionProps {
  readonly mediaBucketName: string;
  readonly restApi: RestApi;
  readonly originSecret: OriginSecret | undefined;
  readonly liveStage: WebSocketStage | undefined;
  readonly hosting: Pick<Hosting, 'consoleDomain' | 'consoleCertificateArn'>;
}

/** CloudFront takes no longer names. */
const ACCESS_NAME_CHARACTERS = 64;
const POLICY_NAME_CHARACTERS = 128;

const API_PATHS = ['/v1/*', '/docs', '/.well-known/*'];

/** A page's address that names no file is the application's own. */
const PAGE_ADDRESSES = `function handler(event) {
  var request = event.request;
  if (!/\\.[a-z0-9]+$/i.test(request.uri)) request.uri = '/index.html';
  return request;
}`;

/**
 * Who asks, in the place of whatever they have sent under that name. CloudFront has headers of its own for it, which no
 * policy takes that leaves out the name of the host.
 */
const VIEWER_ADDRESS = `function handler(event) {
  event.request.headers['${VIEWER_ADDRESS_HEADER}'] = { value: event.viewer.ip };
  return event.request;
}`;

/** Pages from a private bucket; what the API and live states serve passes through, so that all is of one origin. */
export class ConsoleDistribution extends Construct {
  readonly distribution: Distribution;

  constructor(
    scope: Construct,
    id: string,
    { mediaBucketName, restApi, originSecret, liveStage, hosting }: ConsoleDistributionProps,
  ) {
    super(scope, id);
    const { region } = Stack.of(this);
    const pages = new Bucket(this, 'Pages', {
      serverAccessLogsBucket: keepLogs(this),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // Pages are made again by the next deploy.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    // CDK's own class differs from its interface where optional means absent.
    const bucket = pages as IBucket;
    const passOn = (domainName: string, options: HttpOriginProps = {}): BehaviorOptions => ({
      origin: new HttpOrigin(domainName, { ...options, readTimeout: Duration.seconds(30) }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // API Gateway answers to its own name only.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    });
    const api = {
      ...passOn(gatewayDomain(this, restApi.restApiId), {
        originPath: `/${restApi.deploymentStage.stageName}`,
        ...(originSecret !== undefined && { customHeaders: { [ORIGIN_SECRET_HEADER]: originSecret.value } }),
      }),
      functionAssociations: [onRequest(this, 'ViewerAddress', VIEWER_ADDRESS)],
    };
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Segmentry: the console and the API',
      defaultRootObject: 'index.html',
      ...nameOf(this, hosting),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket, {
          originAccessControl: new S3OriginAccessControl(this, 'Access', {
            originAccessControlName: nameInRegion(this, ACCESS_NAME_CHARACTERS),
          }),
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // Signed URLs and forms are of path style: the bucket's name stands behind the region's host.
        responseHeadersPolicy: pageHeaders(this, `https://s3.${region}.amazonaws.com/${mediaBucketName}`),
        functionAssociations: [onRequest(this, 'PageAddresses', PAGE_ADDRESSES)],
      },
      additionalBehaviors: {
        ...Object.fromEntries(API_PATHS.map((path) => [path, api])),
        // The path is the stage's name, so none is put before it.
        ...(liveStage !== undefined && {
          [`/${liveStage.stageName}`]: passOn(gatewayDomain(this, liveStage.api.apiId)),
        }),
      },
    });
    new BucketDeployment(this, 'Upload', {
      sources: [consolePages(this)],
      destinationBucket: bucket,
      distribution: this.distribution,
      distributionPaths: ['/index.html'],
      cacheControl: [CacheControl.noCache()],
    });
  }
}

const onRequest = (scope: Construct, id: string, code: string) => ({
  eventType: FunctionEventType.VIEWER_REQUEST,
  function: new EdgeFunction(scope, id, {
    code: FunctionCode.fromInline(code),
    runtime: FunctionRuntime.JS_2_0,
  }),
});

/** A name of one's own, and TLS 1.2 with it: without, CloudFront's own certificate fixes the protocol. */
function nameOf(
  scope: Construct,
  { consoleDomain, consoleCertificateArn }: ConsoleDistributionProps['hosting'],
) {
  if (consoleDomain === undefined || consoleCertificateArn === undefined) return {};
  return {
    domainNames: [consoleDomain],
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', consoleCertificateArn),
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
  };
}

const gatewayDomain = (scope: Construct, apiId: string) => {
  const { region, urlSuffix } = Stack.of(scope);
  return `${apiId}.execute-api.${region}.${urlSuffix}`;
};

/** Where S3 writes who read and wrote the pages, for a quarter of a year. */
const keepLogs = (scope: Construct): IBucket =>
  new Bucket(scope, 'AccessLogs', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    lifecycleRules: [{ expiration: Duration.days(90) }],
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: true,
  }) as IBucket;

const pageHeaders = (scope: Construct, mediaBucketUrl: string) =>
  new ResponseHeadersPolicy(scope, 'PageHeaders', {
    responseHeadersPolicyName: nameInRegion(scope, POLICY_NAME_CHARACTERS),
    securityHeadersBehavior: {
      contentSecurityPolicy: {
        // Forms are sent to the bucket itself, objects are read below it: a path of a policy is either.
        contentSecurityPolicy: consolePolicy([mediaBucketUrl, `${mediaBucketUrl}/`]),
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.days(365),
        includeSubdomains: true,
        override: true,
      },
    },
  });
