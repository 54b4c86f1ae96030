import { beforeEach } from 'vitest';

/** Skips the tests of the file or the group it is called in where what they need is missing, and says so. */
export function needs(isThere: boolean, what: string): void {
  beforeEach(({ skip }) => skip(!isThere, `${what} not here`));
}
