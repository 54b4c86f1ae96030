import type { HonoRequest } from 'hono';
import { wellFormed } from './well-formed.ts';

/**
 * Parses a JSON body, and gives the same to whoever asks the request for it later. The bytes are left as they are
 * for those who read them.
 * @returns undefined where it is no JSON, which the route's own check then finds too.
 */
export async function parseBodyOnce(request: HonoRequest): Promise<unknown> {
  const parsed = request.raw
    .clone()
    .text()
    .then((text) => wellFormed(JSON.parse(text)));
  request.json = <T>() => parsed as Promise<T>;
  return parsed.catch(() => undefined);
}
