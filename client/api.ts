import { SegmentryError } from './errors.ts';
import {
  type AnswerOf,
  answersFile,
  isRepeatable,
  type OperationName,
  type RequestOf,
  ROUTES,
} from './operations.ts';
import { type RequestBody, send, type Transport } from './transport.ts';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Names a POST, so that it is done once however often it is sent. By default each call gets a new one. */
  readonly idempotencyKey?: string | undefined;
}

/** `{ id: … }` must be given where the path names it; an operation without a single must may be called bare. */
export type Api = {
  readonly [Name in OperationName]: object extends RequestOf<Name>
    ? (request?: RequestOf<Name>, options?: CallOptions) => Promise<AnswerOf<Name>>
    : (request: RequestOf<Name>, options?: CallOptions) => Promise<AnswerOf<Name>>;
};

/** One function an operation, typed by its contract. */
export function createApi(transport: Transport): Api {
  const operations = Object.keys(ROUTES).map((name) => [
    name,
    (request: object = {}, options: CallOptions = {}) =>
      call(name as OperationName, { request, options }, transport),
  ]);
  return Object.fromEntries(operations) as Api;
}

async function call(
  name: OperationName,
  { request, options }: { request: object; options: CallOptions },
  transport: Transport,
): Promise<unknown> {
  const [method = '', template = ''] = ROUTES[name].split(' ');
  const { path, rest } = fillPath(template, request as Record<string, unknown>);
  const headers: Record<string, string> = { accept: answersFile(name) ? '*/*' : 'application/json' };
  if (method === 'POST') headers['idempotency-key'] = options.idempotencyKey ?? crypto.randomUUID();
  const content = name === 'uploadImage' ? fileContent(rest) : jsonContent(method, rest);
  const response = await send(
    {
      method,
      path: path + content.search,
      headers: { ...headers, ...content.headers },
      body: content.body,
      signal: options.signal,
      repeatable: isRepeatable(name),
    },
    transport,
  );
  if (answersFile(name)) return response;
  return response.status === 204 ? undefined : readJson(response);
}

/** @throws SegmentryError `invalid_request` for what would make the path another one. */
function fillPath(template: string, request: Record<string, unknown>) {
  const rest = { ...request };
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(rest[name]);
    delete rest[name];
    // However they are written, dots alone lead upwards in a path.
    if (/^\.{0,2}$/.test(value)) {
      throw new SegmentryError(
        'invalid_request',
        `"${value}" can't be the ${name} of anything that is asked for.`,
      );
    }
    return percentEncode(value);
  });
  return { path, rest };
}

/** Half a surrogate pair, as of a name that was cut, would be refused. */
const percentEncode = (text: string) => encodeURIComponent(text.toWellFormed());

interface Content {
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
}

/** What the path does not name goes into the query of a GET, and into the JSON body of anything else. */
function jsonContent(method: string, rest: Record<string, unknown>): Content {
  if (method === 'GET') return { search: searchOf(rest), headers: {} };
  if (Object.keys(rest).length === 0) return { search: '', headers: {} };
  return { search: '', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rest) };
}

/** The one operation that takes a file: the file is the body, all else is the query. */
function fileContent({ file, filename, ...query }: Record<string, unknown>): Content {
  const blob = file as Blob;
  return {
    search: searchOf(query),
    headers: {
      'content-type': blob.type || 'application/octet-stream',
      'x-filename': percentEncode(String(filename)),
    },
    body: blob,
  };
}

/** Lists are comma-separated, objects JSON, as the contracts read them. */
function searchOf(query: Record<string, unknown>): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, string] => [
      name,
      Array.isArray(value)
        ? value.join(',')
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value),
    ]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new SegmentryError(
      'unreadable_answer',
      `${response.url} did not answer JSON. Is the address that of the API?`,
      {
        cause,
        status: response.status,
      },
    );
  }
}
