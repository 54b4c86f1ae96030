import { createHash, type Hash } from 'node:crypto';
import type { KeyedRequest } from '../domain/entities/idempotency.ts';

/**
 * What a request with an idempotency key is known by. The key goes into the fingerprint as its salt, and only
 * as a hash into the id, so that a stored fingerprint says nothing about a password in the body.
 */
export function fingerprintRequest(
  { key, userId }: { key: string; userId: string },
  { method, url, contentType, filename }: RequestFacts,
  body: Uint8Array,
): KeyedRequest {
  const { pathname, search } = new URL(url);
  const id = createHash('sha256')
    .update(JSON.stringify([userId, key]))
    .digest('hex');
  const hash = createHash('sha256').update(JSON.stringify([key, method, pathname, search, filename]));
  hashBody(hash, Buffer.from(body.buffer, body.byteOffset, body.byteLength), contentType);
  return { id, fingerprint: hash.digest('hex') };
}

interface RequestFacts {
  readonly method: string;
  readonly url: string;
  readonly contentType: string;
  readonly filename: string;
}

/** No form that is taken has more; what has more is hashed as it is. */
const PARTS_LIMIT = 32;

/**
 * Clients choose a new boundary each time they send the same form, so it counts only where it stands. Each part goes
 * in with its length, so that no two forms of different parts are alike.
 */
function hashBody(hash: Hash, body: Buffer, contentType: string): void {
  const parts = partsOf(body, contentType);
  for (const part of parts) hash.update(`${part.byteLength}\n`).update(part);
}

function partsOf(body: Buffer, contentType: string): Buffer[] {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]{1,70})/i.exec(contentType)?.[1];
  if (boundary === undefined) return [body];
  // As RFC 2046 has it: at the start of a line, after two hyphens.
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const first = delimiter.subarray(2);
  const parts: Buffer[] = [];
  let start = body.subarray(0, first.byteLength).equals(first) ? first.byteLength : 0;
  for (let end = body.indexOf(delimiter, start); end !== -1; end = body.indexOf(delimiter, start)) {
    if (parts.length === PARTS_LIMIT) return [body];
    parts.push(body.subarray(start, end));
    start = end + delimiter.byteLength;
  }
  return [...parts, body.subarray(start)];
}
