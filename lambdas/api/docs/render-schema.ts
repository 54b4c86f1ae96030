import type { JsonSchema } from '../../../core/contracts/http/json-schemas.ts';
import { escapeHtml, proseHtml, tableHtml } from './html.ts';

export const schemaAnchor = (name: string) => `schema-${name}`;

/** A schema as people read it: `array of Job`, `"a" | "b"`, `integer, 1 to 100, default 20`. */
export function typeHtml(schema: JsonSchema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return `<a href="#${schemaAnchor(name)}">${escapeHtml(name)}</a>`;
  }
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ') + limits(schema);
  const forms = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (forms !== undefined) return forms.map(typeHtml).join(' or ');
  if (schema.format === 'binary') return 'the bytes';
  if (schema.contentSchema !== undefined) return `JSON of ${typeHtml(schema.contentSchema as JsonSchema)}`;
  if (schema.prefixItems !== undefined)
    return `[${(schema.prefixItems as JsonSchema[]).map(typeHtml).join(', ')}]`;
  if (schema.type === 'array')
    return `array of ${typeHtml((schema.items ?? {}) as JsonSchema)}${lengths(schema)}`;
  if (schema.type === 'object' && schema.properties !== undefined) return inlineObject(schema);
  const named = schema.format === undefined ? '' : ` (${escapeHtml(String(schema.format))})`;
  return `${escapeHtml(String(schema.type ?? 'anything'))}${named}${limits(schema)}`;
}

const literal = (value: unknown) => `<code>${escapeHtml(JSON.stringify(value))}</code>`;

const inlineObject = (schema: JsonSchema) =>
  `{ ${fieldsOf(schema)
    .map(
      ({ name, required, schema: inner }) => `${escapeHtml(name)}${required ? '' : '?'}: ${typeHtml(inner)}`,
    )
    .join(', ')} }`;

function limits({ minimum, exclusiveMinimum, maximum, default: fallback }: JsonSchema): string {
  const least = minimum ?? exclusiveMinimum;
  const parts = [
    least !== undefined && maximum !== undefined ? `${least} to ${maximum}` : '',
    least !== undefined && maximum === undefined && least !== 0 ? `at least ${least}` : '',
    least === undefined && maximum !== undefined ? `at most ${maximum}` : '',
    fallback === undefined ? '' : `default ${literal(fallback)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}

const lengths = ({ maxItems }: JsonSchema) => (maxItems === undefined ? '' : `, at most ${maxItems}`);

interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export const fieldsOf = ({ properties = {}, required = [] }: JsonSchema): Field[] =>
  Object.entries(properties as Record<string, JsonSchema>).map(([name, schema]) => ({
    name,
    schema,
    required: required.includes(name),
  }));

/** The fields of an object, one a row. */
export const fieldsHtml = (schema: JsonSchema): string =>
  tableHtml(
    ['field', 'type', ''],
    fieldsOf(schema).map(({ name, required, schema: inner }) => [
      `<code>${escapeHtml(name)}</code>${required ? '' : ' <small>optional</small>'}`,
      typeHtml(inner),
      proseHtml(inner.description ?? ''),
    ]),
  );

/** What a body is: a name to follow, or its fields where it has no name. */
export const bodyHtml = (schema: JsonSchema): string =>
  schema.$ref === undefined && schema.properties !== undefined
    ? fieldsHtml(schema)
    : `<p>${typeHtml(schema)}</p>`;
