import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStacks } from '../../lib/create-stacks.ts';

/** Far from the checkout, whose node_modules would lend a bundle what it lacks. */
let assembly: string;
beforeAll(() => {
  assembly = mkdtempSync(join(tmpdir(), 'segmentry-bundles-'));
  const app = new App({ outdir: assembly, context: { target: 'emulator' } });
  createStacks(app);
  app.synth();
});
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

/** Loads a bundle as Lambda does, but without the settings of its function. */
function load(bundle: string): string {
  const script = `import(${JSON.stringify(pathToFileURL(bundle).href)}).catch((error) => console.log(error.message))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--eval', script], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH ?? '' },
    encoding: 'utf8',
  });
  return stdout + stderr;
}

/** The code of each function, as it is deployed: by the name of its folder under `lambdas/`, in its asset. */
const codeFolders = () =>
  readdirSync(assembly, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(assembly, entry.name, 'index.mjs')))
    .map(({ name }) => join(assembly, name));

test('every function of every stack holds all that it imports: it gets as far as missing its settings', () => {
  const folders = codeFolders();
  expect(folders).toHaveLength(readdirSync('lambdas').length);
  const outputs = folders.map((folder) => load(join(folder, 'index.mjs')));
  for (const output of outputs) expect(output).toContain("The function's environment is wrong.");
});
