import type { RouteConfig } from '@hono/zod-openapi';
import type * as z from 'zod';
import { honoursIdempotencyKey, IDEMPOTENCY_KEY_HEADER, IdempotencyKey } from './idempotency.ts';
import { type JsonSchema, toJsonSchemas } from './json-schemas.ts';
import { OPERATIONS, type Operation } from './operations.ts';

export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string | undefined;
  readonly schema: JsonSchema;
}

export type OpenApiContent = Readonly<Record<string, { readonly schema: JsonSchema }>>;

export interface OpenApiResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
  readonly content?: OpenApiContent;
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly OpenApiParameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: OpenApiContent };
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const TAGS: Readonly<Record<string, string>> = {
  Images: 'One image in one request, and what is stored of it.',
  Videos: 'Videos are analysed frame by frame; their frames are not stored.',
  Uploads: 'Presigned forms for larger images, for zips and videos.',
  Jobs: 'One image or video, one model, one result.',
  Batches: 'Many images and models at once, and their results in one file.',
  Datasets: 'Named, tagged sets of images and videos.',
  Models: 'What analyses can be run with.',
  Webhooks: 'Calls of your own URL when something has happened.',
  Credits: 'What there is to spend, and what was spent on what.',
  Accounts: 'Accounts, sessions and API keys.',
  Administration: 'For admins.',
  Service: 'About the service itself.',
};

type Schemas = Record<string, z.ZodType>;
type Bodies = Readonly<Record<string, { readonly schema: z.ZodType }>>;

const HEADERS_OF: Readonly<Record<string, readonly ('location' | 'retry-after')[]>> = {
  202: ['location', 'retry-after'],
  302: ['location'],
};
const HEADERS = {
  location: { description: 'Where it is, relative to the request', schema: { type: 'string' } },
  'retry-after': { description: 'Seconds to wait before asking again', schema: { type: 'integer' } },
} as const satisfies OpenApiResponse['headers'];

const namesOf = (id: string, where: string, types: Bodies | undefined): Schemas =>
  Object.fromEntries(
    Object.entries(types ?? {}).map(([type, { schema }]) => [`${id} ${where} ${type}`, schema]),
  );

/** What a request of the operation brings. */
function asked({ id, route: { method, path, request } }: Operation): Schemas {
  const { params, query, headers, body } = request ?? {};
  const repeatable = honoursIdempotencyKey(method.toUpperCase(), path);
  return {
    ...(params && { [`${id} path`]: params as z.ZodType }),
    ...(query && { [`${id} query`]: query as z.ZodType }),
    ...(headers && { [`${id} header`]: headers as z.ZodType }),
    ...(repeatable && { [`${id} key`]: IdempotencyKey }),
    ...namesOf(id, 'body', body?.content as Bodies | undefined),
  };
}

interface Response {
  readonly description: string;
  readonly content?: Bodies;
}

const responsesOf = ({ responses }: RouteConfig) =>
  Object.entries(responses as unknown as Record<string, Response>);

const answered = ({ id, route }: Operation): Schemas =>
  Object.assign({}, ...responsesOf(route).map(([status, { content }]) => namesOf(id, status, content)));

let made: OpenApiDocument | undefined;

/** The API as OpenAPI 3.1, written from the schemas that it checks requests with. */
export function openApiDocument(): OpenApiDocument {
  made ??= writeDocument();
  return made;
}

function writeDocument(): OpenApiDocument {
  const taken = toJsonSchemas(Object.assign({}, ...OPERATIONS.map(asked)), 'input');
  const given = toJsonSchemas(Object.assign({}, ...OPERATIONS.map(answered)), 'output');
  const { schemas, answers } = uniteNames(taken.named, given.named, given.schemas);
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const operation of OPERATIONS) {
    const { path, method } = operation.route;
    const item = paths[path] ?? {};
    paths[path] = item;
    item[method] = writeOperation(operation, taken.schemas, answers);
  }
  return toComponents({
    openapi: '3.1.0',
    info: {
      title: 'Segmentry',
      version: '1',
      description:
        'Finds every object in your images and videos: class, confidence, box, mask, polygons, area. ' +
        '`links` are paths behind the address of the API, such as `https://api.example.org` + `/v1/jobs/…`; ' +
        'a `Location` is relative to the request, as URLs are.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '..', description: 'The deployment that this document comes from' }],
    security: [{ bearer: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            '`Authorization: Bearer …` with an access token (`POST /v1/sessions`) or an API key `sk_…` (`POST /v1/api-keys`). ' +
            'Where an operation names `account`, a person must ask, not a key; `admin` asks for an admin.',
        },
      },
    },
  });
}

/** What is answered otherwise than it may be sent, such as options with their defaults filled in, has a name of its own. */
function uniteNames(
  taken: Readonly<Record<string, JsonSchema>>,
  given: Readonly<Record<string, JsonSchema>>,
  answers: Readonly<Record<string, JsonSchema>>,
) {
  const differs = (id: string) => id in taken && JSON.stringify(taken[id]) !== JSON.stringify(given[id]);
  const names = new Map(Object.keys(given).map((id) => [id, differs(id) ? `${id}Output` : id]));
  const rename = <Value>(value: Value): Value =>
    JSON.parse(
      JSON.stringify(value).replace(/"#\/\$defs\/([^"]+)"/g, (_, id) => `"#/$defs/${names.get(id)}"`),
    );
  const renamed = Object.entries(given).map(([id, schema]) => [names.get(id), rename(schema)]);
  return { schemas: { ...taken, ...Object.fromEntries(renamed) }, answers: rename(answers) };
}

const toComponents = (document: object): OpenApiDocument =>
  JSON.parse(JSON.stringify(document).replaceAll('"#/$defs/', '"#/components/schemas/'));

function writeOperation(
  { id, route }: Operation,
  taken: Readonly<Record<string, JsonSchema>>,
  answers: Readonly<Record<string, JsonSchema>>,
): OpenApiOperation {
  const { tags = [], summary = '', description, security, request } = route;
  const bodies = contentOf(request?.body?.content, (type) => taken[`${id} body ${type}`]);
  return {
    operationId: id,
    tags,
    summary,
    ...(description !== undefined && { description }),
    ...(security !== undefined && { security: security as OpenApiDocument['security'] }),
    parameters: [
      ...parametersOf('path', taken[`${id} path`]),
      ...parametersOf('query', taken[`${id} query`]),
      ...parametersOf('header', taken[`${id} header`]),
      ...idempotencyKeyOf(taken[`${id} key`]),
    ],
    ...(bodies && { requestBody: { required: request?.body?.required ?? true, content: bodies } }),
    responses: Object.fromEntries(
      responsesOf(route).map(([status, response]) => [
        status,
        writeResponse(status, response, (type) => answers[`${id} ${status} ${type}`]),
      ]),
    ),
  };
}

function writeResponse(
  status: string,
  { description, content }: Response,
  schemaOf: (type: string) => JsonSchema | undefined,
): OpenApiResponse {
  const headers = (HEADERS_OF[status] ?? []).map((name) => [name, HEADERS[name]]);
  const bodies = contentOf(content, schemaOf);
  return {
    description,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    ...(bodies && { content: bodies }),
  };
}

function contentOf(
  types: object | undefined,
  schemaOf: (type: string) => JsonSchema | undefined,
): OpenApiContent | undefined {
  if (types === undefined) return undefined;
  return Object.fromEntries(Object.keys(types).map((type) => [type, { schema: schemaOf(type) ?? {} }]));
}

const parametersOf = (where: OpenApiParameter['in'], schema: JsonSchema | undefined): OpenApiParameter[] =>
  Object.entries((schema?.properties ?? {}) as Record<string, JsonSchema>).map(
    ([name, { description, ...rest }]) => ({
      name: where === 'header' ? headerCase(name) : name,
      in: where,
      required: where === 'path' || (schema?.required ?? []).includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    }),
  );

const headerCase = (name: string) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());

const idempotencyKeyOf = (schema: JsonSchema | undefined): OpenApiParameter[] =>
  schema === undefined
    ? []
    : [
        {
          name: headerCase(IDEMPOTENCY_KEY_HEADER),
          in: 'header',
          required: false,
          description:
            'Names this request, such as by a UUID. Sent again under the same key it is not done twice: the first answer comes again.',
          schema,
        },
      ];
