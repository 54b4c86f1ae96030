import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStacks } from '../../lib/create-stacks.ts';
import { readFunctions } from '../helpers/read-functions.ts';

/** Far from the checkout, whose node_modules would lend a bundle what it lacks. */
let assembly: string;
beforeAll(() => {
  assembly = mkdtempSync(join(tmpdir(), 'segmentry-bundles-'));
  const context = { target: 'emulator' };
  const app = new App({ outdir: assembly, context, builtinCloudFormationValidation: false });
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

/** Credentials and a region are looked for as a function starts, and asked for nothing. */
const AWS = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' };

test('every function starts with the settings that it is deployed with', () => {
  const functions = [...readFunctions(assembly).values()];
  expect(functions).toHaveLength(readdirSync('lambdas').length);
  const failed = functions.flatMap(({ name, bundle, environment }) => {
    const script = `const { handler } = await import(${JSON.stringify(pathToFileURL(bundle).href)}); console.log(typeof handler); process.exit(0)`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH ?? '', ...AWS, ...environment },
      encoding: 'utf8',
    });
    return stdout.endsWith('function\n') ? [] : [`${name}: ${stdout}${stderr.slice(-500)}`];
  });
  expect(failed).toEqual([]);
});

/** The code of a function may have so many bytes, native packages and source maps apart (docs/adr/0009-small-bundles.md). */
const MOST_BYTES = 830_000;
/** Those that serve HTTP bring the contract; `api` the document that describes it, too. */
const MOST_BYTES_HTTP = 1_000_000;

test('bundles are small: a process is ready the sooner', () => {
  const sizes = codeFolders().map((folder) => {
    const path = join(folder, 'index.mjs');
    const isHttp = readFileSync(path, 'utf8').includes('/v1/');
    return { bytes: statSync(path).size, most: isHttp ? MOST_BYTES_HTTP : MOST_BYTES };
  });
  expect(sizes.filter(({ most }) => most === MOST_BYTES_HTTP).length).toBeGreaterThan(0);
  expect(sizes.filter(({ bytes, most }) => bytes > most)).toEqual([]);
});
