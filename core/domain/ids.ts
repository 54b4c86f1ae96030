import { randomUUID } from 'node:crypto';

/** A new opaque id, such as `job_0f3c…`. Lower case, as the table's keys are. */
export function newId<Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}
