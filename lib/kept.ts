import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const UNUSED_MS = 24 * 3600 * 1000;

/** Whether something was made before under this name, which says what it was made from. */
export function isKept(path: string): boolean {
  if (!existsSync(path)) return false;
  utimesSync(path, new Date(), new Date());
  return true;
}

/**
 * Keeps what was made aside, on the same disk, under the name `path`: nobody sees half of it, and where two have made
 * it at a time one of them counts. What lies beside it and was not asked for in a day goes.
 */
export function keep(made: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  removeUnused(dirname(path));
  try {
    renameSync(made, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    rmSync(made, { recursive: true, force: true });
  }
}

/** A folder that is made where none was kept. @returns `path`. */
export function keepFolder(path: string, make: (folder: string) => void): string {
  if (isKept(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const aside = mkdtempSync(`${path}.`);
  make(aside);
  keep(aside, path);
  return path;
}

function removeUnused(parent: string): void {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const usedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - usedAt > UNUSED_MS) rmSync(path, { recursive: true, force: true });
  }
}
