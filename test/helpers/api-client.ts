import { type ApiDocument, type CheckAnswer, createAnswerCheck } from './check-answer.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it.
  readonly body: any;
}

export interface ApiRequest {
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly form?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends requests as one user of the deployed API; `client('GET /v1/models')`. Redirects are not followed.
 * Every answer must be as the API's own document says.
 */
export type ApiClient = (route: string, request?: ApiRequest) => Promise<ApiAnswer>;

export function createApiClient(
  apiUrl: string,
  credentials: Readonly<Record<string, string>> = {},
): ApiClient {
  return async (route, { json, bytes, form, headers } = {}) => {
    const [method = '', path = ''] = route.split(' ');
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...credentials,
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(form !== undefined && { body: form }),
      ...(bytes !== undefined && { body: Buffer.from(bytes) }),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type');
    const isJson = text !== '' && /json$/.test(contentType?.split(';')[0] ?? '');
    const body = isJson ? JSON.parse(text) : text;
    const { status } = response;
    const checkAnswer = await checkFor(apiUrl);
    checkAnswer({ method, path, status, contentType, body });
    return { status, headers: response.headers, body };
  };
}

const checks = new Map<string, Promise<CheckAnswer>>();

/** One check an API, made when it is first asked. */
function checkFor(apiUrl: string): Promise<CheckAnswer> {
  const check = checks.get(apiUrl) ?? readDocument(apiUrl).then(createAnswerCheck);
  checks.set(apiUrl, check);
  return check;
}

const readDocument = async (apiUrl: string) =>
  (await fetch(`${apiUrl}/v1/openapi.json`)).json() as Promise<ApiDocument>;

/** The path that an answer to a request for `path` leads to. */
export function pathFrom(path: string, { headers }: Pick<ApiAnswer, 'headers'>): string {
  const { pathname, search } = new URL(headers.get('location') ?? '', `http://api${path}`);
  return pathname + search;
}
