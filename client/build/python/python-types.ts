import type { JsonSchema } from '../../../core/contracts/http/json-schemas.ts';

const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const nameOfRef = (ref: string) => ref.split('/').at(-1) as string;

/** Writes JSON Schemas as Python types: each object as a `TypedDict` of its own, under the names of the wire. */
export class PythonTypes {
  readonly #definitions = new Map<string, string>();

  /** @param name for the objects in it that have none. @returns the type as an annotation. */
  write(schema: JsonSchema, name: string): string {
    if (schema.$ref !== undefined) return nameOfRef(schema.$ref);
    if (schema.const !== undefined) return `Literal[${JSON.stringify(schema.const)}]`;
    if (schema.enum !== undefined)
      return `Literal[${schema.enum.map((each) => JSON.stringify(each)).join(', ')}]`;
    const options = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
    if (options !== undefined) return this.#union(options, name);
    if (schema.type === 'array') return `list[${this.#item(schema, name)}]`;
    if (schema.type === 'object') return this.#object(schema, name);
    return SIMPLE[String(schema.type)] ?? 'Any';
  }

  define(name: string, schema: JsonSchema): void {
    this.#define(name, schema);
  }

  get definitions(): string[] {
    return [...this.#definitions.values()];
  }

  #union(options: readonly JsonSchema[], name: string): string {
    const types = options.map((option, index) =>
      this.write(option, index === 0 ? name : `${name}${index + 1}`),
    );
    return [...new Set(types)].join(' | ');
  }

  /** JSON knows no tuples. */
  #item({ items, prefixItems }: JsonSchema, name: string): string {
    const inner = (prefixItems?.[0] ?? items ?? {}) as JsonSchema;
    return this.write(inner, `${name}Item`);
  }

  #object(schema: JsonSchema, name: string): string {
    const more = schema.additionalProperties;
    if (schema.properties !== undefined && Object.keys(schema.properties).length > 0) {
      this.#define(name, schema);
      return name;
    }
    const value = typeof more === 'object' ? this.write(more, `${name}Value`) : 'Any';
    return `dict[str, ${value}]`;
  }

  #define(name: string, { properties = {}, required = [], description }: JsonSchema): void {
    const fields = Object.entries(properties as Record<string, JsonSchema>).map(([field, schema]) => {
      const type = JSON.stringify(this.write(schema, name + capitalized(field))).replace(/\\"/g, "'");
      return `        ${JSON.stringify(field)}: ${required.includes(field) ? type : `NotRequired[${type}]`},`;
    });
    const comment = description === undefined ? '' : `# ${description}.\n`;
    const body = [`    "${name}",`, '    {', ...fields, '    },'].join('\n');
    this.#definitions.set(name, `${comment}${name} = TypedDict(\n${body}\n)`);
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  null: 'None',
};
