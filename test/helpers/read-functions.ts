import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** A function of an assembly: its code, and settings that it starts with. */
export interface BundledFunction {
  readonly name: string;
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
}

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.unknown(),
    }),
  ),
});
const FunctionProperties = z.object({
  Code: z.object({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

/** What the template says only once it is deployed: it fits a URL, a name and an id. */
const UNKNOWN = 'https://sqs.us-east-1.amazonaws.com/1/one';

/** The product's functions in a folder of templates, by the name of their folder under `lambdas/`. */
export function readFunctions(assembly: string): Map<string, BundledFunction> {
  const templates = readdirSync(assembly).filter((name) => name.endsWith('.template.json'));
  const resources = templates.flatMap((name) =>
    Object.values(Template.parse(JSON.parse(readFileSync(join(assembly, name), 'utf8'))).Resources),
  );
  const functions = new Map<string, BundledFunction>();
  for (const { Type, Properties } of resources) {
    const read = FunctionProperties.safeParse(Properties);
    if (Type !== 'AWS::Lambda::Function' || !read.success) continue;
    const { Code, Environment } = read.data;
    const bundle = join(assembly, `asset.${Code.S3Key.replace('.zip', '')}`, 'index.mjs');
    const name = existsSync(bundle) ? readEntry(bundle) : undefined;
    if (name === undefined) continue;
    const environment = Object.fromEntries(
      Object.entries(Environment.Variables).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : UNKNOWN,
      ]),
    );
    functions.set(name, { name, bundle, environment });
  }
  return functions;
}

/** The name of a bundled function, by its source map. */
export function readEntry(bundle: string): string | undefined {
  const { sources } = z
    .object({ sources: z.array(z.string()) })
    .parse(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')));
  return sources
    .map((source) => /lambdas\/([^/]+)\/index\.ts$/.exec(source)?.[1])
    .find((name) => name !== undefined);
}
