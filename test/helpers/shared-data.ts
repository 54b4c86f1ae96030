import { fileURLToPath } from 'node:url';

/** A file of the test data that lies beside the checkout; tests that need it skip where it is missing. */
export const sharedFile = (path: string) =>
  fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url));
