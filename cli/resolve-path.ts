import { resolve } from 'node:path';

const SCRIPTS = ['segmentry', 'smoke'];

/** npm runs scripts in the project's folder; paths are meant from where the person stands. */
export function resolvePath(path: string): string {
  const isNpmScript = SCRIPTS.includes(process.env.npm_lifecycle_event ?? '');
  return resolve((isNpmScript && process.env.INIT_CWD) || process.cwd(), path);
}
