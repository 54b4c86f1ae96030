import { createHash, randomUUID } from 'node:crypto';

/** A new opaque id, such as `job_0f3c…`. Lower case, as the table's keys are. */
export function newId<Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}

/** The id that something made of `origin` always has, so that making it again makes nothing new. */
export function derivedId<Prefix extends string>(
  prefix: Prefix,
  ...origin: readonly (string | number)[]
): `${Prefix}_${string}` {
  return `${prefix}_${digestOf(origin)}`;
}

/** The same as a UUID, of version 8 (RFC 9562): the maker's own. */
export function derivedUuid(...origin: readonly (string | number)[]): string {
  return digestOf(origin).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-8$3-8$4-$5');
}

/** What the ids of that which a request makes follow from. */
export interface RequestOrigin {
  /** Equal for all repeats of a request, and for nothing else. */
  readonly id: string;
  /** Whether the request has come before, and may have done all of its work or none. */
  readonly isRepeat: boolean;
}

/** The origin of a request without an idempotency key: it can't be repeated. */
export const newOrigin = (): RequestOrigin => ({ id: randomUUID(), isRepeat: false });

const digestOf = (origin: readonly (string | number)[]) =>
  createHash('sha256').update(origin.join(' ')).digest('hex').slice(0, 32);
