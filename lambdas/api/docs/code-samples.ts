import type { JsonSchema } from '../../../core/contracts/http/json-schemas.ts';
import type { OpenApiDocument, OpenApiOperation } from '../../../core/contracts/http/openapi-document.ts';
import { snakeCase } from '../../../core/contracts/http/snake-case.ts';
import { fieldsOf } from './render-schema.ts';

export interface CodeSamples {
  readonly curl: string;
  readonly typescript: string;
  readonly python: string;
}

interface Given {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body';
  readonly value: unknown;
}

/** Where a type alone tells too little. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  models: ['segmentry-food'],
  dataset: 'Field 7',
  name: 'Field 7',
  email: 'me@example.org',
  filename: 'photo.jpg',
  contentType: 'image/jpeg',
  sizeBytes: 5_000_000,
  url: 'https://example.org/hook',
  events: ['job.succeeded'],
  scopes: ['read', 'write'],
  classes: ['apple', 'pear'],
  sha256: 'f'.repeat(64),
  inputSize: { width: 640, height: 640 },
  wait: 20,
};

/** What a call does not need, but makes little sense without. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  uploadImage: ['models', 'wait'],
  createBatch: ['dataset'],
  createUpload: ['models'],
};

/** The same call by curl, by the TypeScript client and by the Python client. */
export function codeSamples(
  operation: OpenApiOperation,
  { method, path, document }: { method: string; path: string; document: OpenApiDocument },
): CodeSamples {
  const given = examplesFor(operation, document);
  const sendsFile = operation.operationId === 'uploadImage';
  return {
    curl: curlOf(operation, { method, path, given, sendsFile }),
    typescript: typescriptOf(operation.operationId, given, sendsFile),
    python: pythonOf(operation.operationId, given, sendsFile),
  };
}

function examplesFor({ operationId, parameters, requestBody }: OpenApiOperation, document: OpenApiDocument) {
  const isShown = (name: string, required: boolean) => required || (ALSO[operationId] ?? []).includes(name);
  const inUrl = parameters
    .filter((each) => each.in !== 'header' && isShown(each.name, each.required))
    .map(
      ({ name, in: where, schema }): Given => ({ name, in: where as 'path', value: example(name, schema) }),
    );
  const body = resolve(requestBody?.content['application/json']?.schema ?? {}, document);
  const fields = fieldsOf(body);
  const some = fields.filter(({ name, required }) => isShown(name, required));
  const shown = some.length === 0 && requestBody?.required ? fields.slice(0, 1) : some;
  const inBody = shown.map(
    ({ name, schema }): Given => ({ name, in: 'body', value: example(name, resolve(schema, document)) }),
  );
  return [...inUrl, ...inBody];
}

const resolve = (schema: JsonSchema, { components }: OpenApiDocument): JsonSchema =>
  schema.$ref === undefined ? schema : (components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});

function example(name: string, schema: JsonSchema): unknown {
  if (schema.enum !== undefined) return schema.enum[0];
  if (name in EXAMPLES && (schema.type !== 'object' || schema.properties !== undefined))
    return EXAMPLES[name];
  if (/password/i.test(name)) return 'four unrelated words';
  if (schema.type === 'integer' || schema.type === 'number') return 10;
  if (schema.type === 'boolean') return true;
  return name === 'id' || name.endsWith('Id') || schema.type !== 'string' ? 'ID' : name.toUpperCase();
}

const queryText = (value: unknown) => (Array.isArray(value) ? value.join(',') : String(value));

function curlOf(
  { security, requestBody }: OpenApiOperation,
  {
    method,
    path,
    given,
    sendsFile,
  }: { method: string; path: string; given: readonly Given[]; sendsFile: boolean },
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
    String(given.find((each) => each.name === name)?.value),
  );
  const query = given
    .filter((each) => each.in === 'query')
    .map(({ name, value }) => `${name}=${encodeURIComponent(queryText(value)).replaceAll('%2C', ',')}`)
    .join('&');
  const body = Object.fromEntries(
    given.filter((each) => each.in === 'body').map(({ name, value }) => [name, value]),
  );
  const hasJson = requestBody?.content['application/json'] !== undefined && Object.keys(body).length > 0;
  return [
    `curl${method === 'get' || hasJson || sendsFile ? '' : ` -X ${method.toUpperCase()}`}${
      (hasJson || sendsFile) && method !== 'post' ? ` -X ${method.toUpperCase()}` : ''
    } "$SEGMENTRY_URL${filled}${query === '' ? '' : `?${query}`}"`,
    ...(security?.length === 0 ? [] : ['-H "Authorization: Bearer $SEGMENTRY_API_KEY"']),
    ...(hasJson ? [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body)}'`] : []),
    ...(sendsFile
      ? [`-H 'Content-Type: image/jpeg'`, `-H 'X-Filename: photo.jpg'`, '--data-binary @photo.jpg']
      : []),
  ].join(' \\\n  ');
}

/** JSON as TypeScript writes it. */
const literal = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(literal).join(', ')}]`
    : typeof value === 'object' && value !== null
      ? `{ ${Object.entries(value)
          .map(([name, each]) => `${name}: ${literal(each)}`)
          .join(', ')} }`
      : typeof value === 'string'
        ? `'${value}'`
        : String(value);

function typescriptOf(id: string, given: readonly Given[], sendsFile: boolean): string {
  const fields = [
    ...(sendsFile ? ["file: await openAsBlob('photo.jpg')", "filename: 'photo.jpg'"] : []),
    ...given.map(({ name, value }) => `${name}: ${literal(value)}`),
  ];
  return `await segmentry.api.${id}(${fields.length === 0 ? '' : `{ ${fields.join(', ')} }`});`;
}

/** JSON as Python writes it. */
const pythonLiteral = (value: unknown): string =>
  typeof value === 'boolean'
    ? value
      ? 'True'
      : 'False'
    : JSON.stringify(value).replaceAll(',"', ', "').replaceAll('":', '": ');

function pythonOf(id: string, given: readonly Given[], sendsFile: boolean): string {
  const fields = [
    ...(sendsFile
      ? ['file=Path("photo.jpg").read_bytes()', 'filename="photo.jpg"', 'content_type="image/jpeg"']
      : []),
    ...given.map(({ name, value }) => `${snakeCase(name)}=${pythonLiteral(value)}`),
  ];
  return `segmentry.api.${snakeCase(id)}(${fields.join(', ')})`;
}
