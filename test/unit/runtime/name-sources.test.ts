import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-sources-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Bundles as functions are bundled. @returns what the program says. */
async function runBundle(source: string): Promise<string> {
  const entry = join(folder, 'entry.ts');
  writeFileSync(entry, source);
  const outfile = join(folder, 'index.mjs');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    sourcemap: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const { stdout } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' });
  return stdout;
}

const NAMING = resolve('core/runtime/name-sources.ts');

test('an error of a bundle names the line of the source that it was made in', async () => {
  const said = await runBundle(`
    import ${JSON.stringify(NAMING)};
    function breakDown(): never {
      throw new TypeError('no luck');
    }
    try { breakDown(); } catch (error) { console.log((error as Error).stack); }
  `);
  expect(said).toMatch(/^TypeError: no luck\n {4}at .*entry\.ts:4:\d+/);
});

test('without its map a bundle tells its own lines', async () => {
  const said = await runBundle(`
    import { rmSync } from 'node:fs';
    rmSync(import.meta.filename + '.map');
    const { nameSources } = await import(${JSON.stringify(NAMING)});
    nameSources(import.meta.url);
    console.log(new Error('no luck').stack);
  `);
  expect(said).toMatch(/^Error: no luck\n {4}at .*index\.mjs:\d+/);
});
