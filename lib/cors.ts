import type { Construct } from 'constructs';

const ORIGIN = /^(\*|https?:\/\/[^/\s,]+)$/;

/** `-c corsOrigins=https://app.example.org,…`: none unless it says so. @throws where one is no origin. */
export function readCorsOrigins(scope: Construct): readonly string[] {
  const given: unknown = scope.node.tryGetContext('corsOrigins') ?? [];
  const origins = Array.isArray(given) ? given.map(String) : String(given).split(',');
  const wrong = origins.find((origin) => !ORIGIN.test(origin));
  if (wrong === undefined) return origins;
  throw new Error(`The setting corsOrigins must be origins such as https://app.example.org, not "${wrong}".`);
}
