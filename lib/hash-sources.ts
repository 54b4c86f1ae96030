import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A name for what is in these files, and in all files below these folders: it changes with any of them. */
export function hashSources(paths: readonly string[], ...more: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(listFiles))
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  for (const each of more) hash.update(`${each}\0`);
  return hash.digest('hex').slice(0, 24);
}

/** What was made from sources is none. */
const MADE = ['dist', 'node_modules'];

function listFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !MADE.includes(name))
    .toSorted()
    .flatMap((name) => listFiles(join(path, name)));
}
