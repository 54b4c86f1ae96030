import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PipelineStack } from '../../lib/stacks/pipeline.ts';

/** Far from the checkout, whose node_modules would lend a bundle what it lacks. */
let assembly: string;
beforeAll(() => {
  assembly = mkdtempSync(join(tmpdir(), 'segmentry-bundles-'));
  const app = new App({ outdir: assembly, context: { target: 'emulator' } });
  new PipelineStack(app, 'Segmentry', {});
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

test('every function holds all that it imports: it gets as far as missing its settings', () => {
  const bundles = readdirSync(assembly)
    .map((name) => join(assembly, name, 'index.mjs'))
    .filter((path) => existsSync(path));
  expect(bundles.length).toBeGreaterThan(3);
  for (const bundle of bundles) expect(load(bundle)).toContain("The function's environment is wrong.");
});
