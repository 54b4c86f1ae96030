import * as z from 'zod';

/** A schema as JSON Schema has it. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

export interface JsonSchemas {
  /** Under the keys of what was given. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Those with an id, which the others refer to by `#/$defs/<id>`. */
  readonly named: Readonly<Record<string, JsonSchema>>;
}

/**
 * Schemas as JSON Schema, each named one once.
 * @param io what may be sent (fields with a default may be omitted), or what is answered.
 */
export function toJsonSchemas(
  schemas: Readonly<Record<string, z.ZodType>>,
  io: 'input' | 'output',
): JsonSchemas {
  const { properties = {}, $defs = {} } = z.toJSONSchema(z.object(schemas), {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => simplify(jsonSchema, io),
  });
  return { schemas: properties as JsonSchemas['schemas'], named: $defs };
}

const TOLD_BY_FORMAT = new Set(['uuid', 'date-time', 'email', 'uri']);

function simplify(schema: JsonSchema, io: 'input' | 'output'): void {
  // Answers may get fields that today's clients do not know.
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
  // How many items a tuple has stands in `maxItems`; generators of clients stumble over the same as `false`.
  if (schema.items === (false as unknown)) delete schema.items;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (TOLD_BY_FORMAT.has(schema.format ?? '')) delete schema.pattern;
}
