import * as z from 'zod';

export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';

/** Set on an answer that is an earlier one again. */
export const REPLAYED_HEADER = 'idempotency-replayed';

/** What a client chooses to name one request by: 1 to 255 visible ASCII characters, such as a UUID. */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/** POSTs whose answers hold a secret: they are not kept, so they can't be given again. */
const ISSUES_SECRETS = [
  /^\/v1\/sessions(\/|$)/,
  /^\/v1\/api-keys$/,
  /^\/v1\/invites$/,
  /^\/v1\/users\/[^/]+\/password-reset$/,
  /^\/v1\/webhooks$/,
  /^\/v1\/webhooks\/[^/]+\/rotate-secret$/,
];

/** Whether a request to `path` may be repeated under a key. */
export const honoursIdempotencyKey = (method: string, path: string) =>
  method === 'POST' && !ISSUES_SECRETS.some((pattern) => pattern.test(path));
