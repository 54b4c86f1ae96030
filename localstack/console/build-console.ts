import { join } from 'node:path';
import { build } from 'vite';
import { PROJECT } from '../paths.ts';

/** Builds the pages. @returns the folder that they lie in. */
export async function buildConsole(): Promise<string> {
  await build({ configFile: join(PROJECT, 'web', 'vite.config.ts'), logLevel: 'error' });
  return join(PROJECT, 'web', 'dist');
}
