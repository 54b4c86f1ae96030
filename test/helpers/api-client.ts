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

/** Sends requests as one user of the deployed API; `client('GET /v1/models')`. Redirects are not followed. */
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
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}
