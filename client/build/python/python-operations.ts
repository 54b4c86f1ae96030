import type { JsonSchema } from '../../../core/contracts/http/json-schemas.ts';
import type { OpenApiDocument, OpenApiOperation } from '../../../core/contracts/http/openapi-document.ts';
import { snakeCase } from '../../../core/contracts/http/snake-case.ts';
import { isRepeatable, type OperationName } from '../../operations.ts';
import type { PythonTypes } from './python-types.ts';

/** Something that a call may be given. */
interface Argument {
  /** On the wire. */
  readonly wire: string;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

export interface PythonOperation {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly arguments: readonly Argument[];
  readonly answer: string;
  /** The type of what a list has, where it is one. */
  readonly item: string | undefined;
  readonly takesKey: boolean;
  readonly repeatable: boolean;
}

/** Names that Python keeps for itself, or the methods for theirs. */
const KEPT = new Set(['class', 'from', 'import', 'self']);
const argumentName = (wire: string) => (KEPT.has(snakeCase(wire)) ? `${snakeCase(wire)}_` : snakeCase(wire));

export function pythonOperations(document: OpenApiDocument, types: PythonTypes): PythonOperation[] {
  const resolve = (schema: JsonSchema): JsonSchema => {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : (document.components.schemas[name] ?? {});
  };
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => describe({ path, method, operation, types, resolve })),
  );
}

interface Described {
  readonly path: string;
  readonly method: string;
  readonly operation: OpenApiOperation;
  readonly types: PythonTypes;
  readonly resolve: (schema: JsonSchema) => JsonSchema;
}

function describe({ path, method, operation, types, resolve }: Described): PythonOperation {
  const { operationId: id, parameters, requestBody, summary } = operation;
  const typeName = id.charAt(0).toUpperCase() + id.slice(1);
  const json = requestBody?.content['application/json']?.schema;
  const body = json === undefined ? {} : resolve(json);
  const given = [
    ...parameters
      .filter((parameter) => parameter.in !== 'header')
      .map(({ name, required, schema }) => ({ name, required, schema: parameterSchema(schema) })),
    ...Object.entries((body.properties ?? {}) as Record<string, JsonSchema>).map(([name, schema]) => ({
      name,
      schema,
      required: (body.required ?? []).includes(name),
    })),
  ];
  const answered = answerOf(operation);
  const items = resolve(answered ?? {}).properties?.items as JsonSchema | undefined;
  return {
    id,
    name: snakeCase(id),
    method: method.toUpperCase(),
    path,
    summary,
    arguments: [
      ...given.map(({ name, schema, required }) => ({
        wire: name,
        name: argumentName(name),
        type: types.write(schema, `${typeName}${name.charAt(0).toUpperCase()}${name.slice(1)}`),
        required,
      })),
      ...(requestBody !== undefined && json === undefined ? FILE : []),
    ].sort((one, other) => Number(other.required) - Number(one.required)),
    answer: answered === undefined ? noJson(operation) : types.write(answered, `${typeName}Answer`),
    item: isPage(resolve(answered ?? {}))
      ? types.write(items?.items as JsonSchema, `${typeName}Item`)
      : undefined,
    takesKey: parameters.some(({ name }) => name === 'Idempotency-Key'),
    repeatable: isRepeatable(id as OperationName),
  };
}

const FILE: readonly Argument[] = [
  { wire: 'file', name: 'file', type: 'bytes', required: true },
  { wire: 'filename', name: 'filename', type: 'str', required: true },
  { wire: 'contentType', name: 'content_type', type: 'str', required: true },
];

/** What stands as text in the query is given as what the text holds. */
function parameterSchema(schema: JsonSchema): JsonSchema {
  if (schema.format === 'comma-separated') return { type: 'array', items: { type: 'string' } };
  return (schema.contentSchema as JsonSchema | undefined) ?? schema;
}

const isPage = ({ properties }: JsonSchema) =>
  properties !== undefined && 'items' in properties && 'next' in properties;

function answerOf({ responses }: OpenApiOperation): JsonSchema | undefined {
  const schemas = ['200', '201', '202'].flatMap((status) => {
    const schema = responses[status]?.content?.['application/json']?.schema;
    return schema === undefined ? [] : [schema];
  });
  return schemas[0];
}

const noJson = ({ responses }: OpenApiOperation) => ('204' in responses ? 'None' : 'httpx.Response');
