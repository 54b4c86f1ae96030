import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';
import { writeTypes } from './write-types.ts';

const CLIENT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(CLIENT, 'dist');

/** Bundles the code and writes declarations that stand without the server's contracts. */
async function buildClient(): Promise<void> {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST);
  await build({
    entryPoints: ['index.ts', 'masks.ts'].map((file) => join(CLIENT, file)),
    outdir: DIST,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
  });
  const program = ts.createProgram(
    readdirSync(CLIENT)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(CLIENT, name)),
    compilerOptions(),
  );
  program.emit(undefined, (path, text) => {
    const name = path.split(/[\\/]/).at(-1) as string;
    if (path.includes('client') && name !== 'contracts.d.ts' && !path.includes('contracts/')) {
      writeFileSync(join(DIST, name), text.replaceAll(/(from '\.\/[^']+)\.ts'/g, "$1.js'"));
    }
  });
  writeFileSync(join(DIST, 'contracts.d.ts'), writeTypes(program, join(CLIENT, 'contracts.ts')));
}

function compilerOptions(): ts.CompilerOptions {
  const path = join(dirname(CLIENT), 'tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(
    JSON.parse(readFileSync(path, 'utf8')),
    ts.sys,
    dirname(CLIENT),
  );
  return {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: DIST,
    rootDir: dirname(CLIENT),
  };
}

await buildClient();
