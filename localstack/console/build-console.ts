import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { hashSources } from '../../lib/hash-sources.ts';
import { isKept, keep } from '../../lib/kept.ts';
import { EMULATOR_HOME, PROJECT } from '../paths.ts';

const SOURCES = ['web', 'client', 'core/contracts', 'package-lock.json'];

/** Builds the pages, unless that was done before from the same sources. @returns the folder that they lie in. */
export async function buildConsole(): Promise<string> {
  const folder = join(EMULATOR_HOME, 'consoles', hashSources(SOURCES.map((path) => join(PROJECT, path))));
  if (isKept(folder)) return folder;
  const aside = `${folder}.${process.pid}`;
  mkdirSync(aside, { recursive: true });
  await build({
    configFile: join(PROJECT, 'web', 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: aside },
  });
  keep(aside, folder);
  return folder;
}
