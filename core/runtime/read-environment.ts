import type * as z from 'zod';

/**
 * The function's settings, read once at start.
 * @throws where one is missing or malformed, naming it: the deployment is wrong then.
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The function's environment is wrong. ${faults.join('; ')}`);
}
