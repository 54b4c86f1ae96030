import { resolve } from 'node:path';

/** npm runs scripts in the project's folder; paths are meant from where the person stands. */
export function resolvePath(path: string): string {
  const isNpmScript = process.env.npm_lifecycle_event === 'segmentry';
  return resolve((isNpmScript && process.env.INIT_CWD) || process.cwd(), path);
}
