import { createHash } from 'node:crypto';
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
  for (const part of withoutBoundary(Buffer.from(body), contentType)) hash.update(part);
  return { id, fingerprint: hash.digest('hex') };
}

interface RequestFacts {
  readonly method: string;
  readonly url: string;
  readonly contentType: string;
  readonly filename: string;
}

/** Clients choose a new boundary each time they send the same form. */
function withoutBoundary(body: Buffer, contentType: string): Buffer[] {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/i.exec(contentType)?.[1];
  if (boundary === undefined) return [body];
  const parts: Buffer[] = [];
  let start = 0;
  for (let end = body.indexOf(boundary); end !== -1; end = body.indexOf(boundary, start)) {
    parts.push(body.subarray(start, end));
    start = end + boundary.length;
  }
  return [...parts, body.subarray(start)];
}
