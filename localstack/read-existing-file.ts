import { readFileSync } from 'node:fs';
import { UsageError } from './setup-error.ts';

/** @throws UsageError */
export function readExistingFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(missing ? `There is no file ${path}.` : `${path} cannot be read: ${String(error)}`);
  }
}
