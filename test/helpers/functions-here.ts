import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Deployment } from '../../localstack/deploy/bring-up.ts';
import { readDeployedEnvironment } from './deployed-environment.ts';

export interface CountedAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: callers know what they asked for.
  readonly body: any;
  /** What was asked of AWS meanwhile. */
  readonly calls: readonly string[];
}

export interface CountedRequest {
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
}

type Handler = (event: object, context: object) => Promise<{ statusCode: number; body: string }>;

/** A request to each function: it asks once for the key that tokens are signed with. */
const FIRST_REQUESTS = [
  'GET /v1/users/me',
  'POST /v1/images',
  'GET /v1/jobs/none/overlay.png',
  'GET /v1/images/none/thumbnail.webp',
];

const SERVED_BY = {
  uploadImage: /^POST \/v1\/images(\?|$)/,
  drawOverlay: /\/overlay\.png$/,
  makeThumbnail: /\/thumbnail\.webp$/,
};

/**
 * The deployed API's functions, bound to the deployment but run in this process, where their calls to AWS can be
 * counted. Only one request at a time is counted rightly. The process keeps their environment.
 */
export async function loadFunctionsHere(
  deployment: Pick<Deployment, 'endpointUrl' | 'account'>,
  accessToken: string,
) {
  const { endpointUrl, account } = deployment;
  const environment = {
    ...(await readDeployedEnvironment(deployment)),
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_REGION: account.region,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    // A process tells the table now and then how many there were.
    REQUESTS_PER_MINUTE: '1000000',
  };
  Object.assign(process.env, environment);
  // They read their environment as they are loaded.
  const [api, uploadImage, drawOverlay, makeThumbnail] = await Promise.all([
    import('../../lambdas/api/index.ts'),
    import('../../lambdas/upload-image/index.ts'),
    import('../../lambdas/draw-overlay/index.ts'),
    import('../../lambdas/make-thumbnail/index.ts'),
  ]);
  const servedBy = (route: string) => {
    if (SERVED_BY.uploadImage.test(route)) return uploadImage;
    if (SERVED_BY.makeThumbnail.test(route)) return makeThumbnail;
    return SERVED_BY.drawOverlay.test(route) ? drawOverlay : api;
  };

  const send = async (route: string, request: CountedRequest = {}): Promise<CountedAnswer> => {
    const handler = servedBy(route).handler as unknown as Handler;
    const calls: string[] = [];
    const note = (message: unknown) => calls.push(nameCall((message as { request: ClientRequest }).request));
    subscribe('http.client.request.start', note);
    try {
      const { statusCode, body } = await handler(eventOf(route, request, accessToken), CONTEXT);
      return { status: statusCode, body: parse(body), calls };
    } finally {
      unsubscribe('http.client.request.start', note);
    }
  };
  for (const route of FIRST_REQUESTS) await send(route);
  return send;
}

const CONTEXT = { awsRequestId: 'here', functionName: 'here', getRemainingTimeInMillis: () => 29_000 };

/** As API Gateway's REST API tells of a request. */
function eventOf(route: string, { json, bytes }: CountedRequest, accessToken: string) {
  const [httpMethod = '', target = ''] = route.split(' ');
  const { pathname: path, searchParams } = new URL(target, 'http://api');
  const contentType = bytes === undefined ? 'application/json' : 'image/jpeg';
  const headers = {
    authorization: `Bearer ${accessToken}`,
    ...((json ?? bytes) !== undefined && { 'content-type': contentType }),
  };
  const query = Object.fromEntries(searchParams);
  return {
    resource: path,
    path,
    httpMethod,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(
      Object.keys(query).map((name) => [name, searchParams.getAll(name)]),
    ),
    pathParameters: null,
    stageVariables: null,
    requestContext: { path, httpMethod, identity: { sourceIp: '127.0.0.1' }, requestId: 'here' },
    body: bytes === undefined ? (json === undefined ? null : JSON.stringify(json)) : toBase64(bytes),
    isBase64Encoded: bytes !== undefined,
  };
}

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

const parse = (body: string) => (/^[[{]/.test(body) ? JSON.parse(body) : body);

/** `DynamoDB_20120810.GetItem`, or `PUT /bucket/key` of S3. */
const nameCall = (request: ClientRequest) =>
  String(request.getHeader('x-amz-target') ?? `${request.method} ${request.path.split('?')[0]}`);
