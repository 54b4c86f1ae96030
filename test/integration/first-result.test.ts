import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { PROJECT } from '../../localstack/paths.ts';
import { runProgram } from '../../localstack/run-program.ts';
import { readBlocks } from '../helpers/page-blocks.ts';
import { findClientPython } from '../helpers/python-client.ts';
import { sampleFile } from '../helpers/sample-truth.ts';

// Who has read the README alone, with an empty home and an empty folder: three commands to the first result.
const LONG_MS = 600_000;
const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
const python = await findClientPython();
const home = mkdtempSync(join(tmpdir(), 'segmentry-newcomer-'));
const folder = join(home, 'my-project');
afterAll(() => rmSync(home, { recursive: true, force: true }));

let environment: Record<string, string> = {};
beforeAll(() => {
  mkdirSync(folder);
  mkdirSync(join(home, 'bin'));
  copyFileSync(sampleFile('table-1.jpg'), join(folder, 'photo.jpg'));
  // What `npm link` does, in a folder of its own.
  const program = `exec ${process.execPath} ${join(PROJECT, 'cli/segmentry.mjs')} "$@"`;
  writeFileSync(join(home, 'bin/segmentry'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  const { PATH = '' } = process.env;
  environment = { HOME: home, PATH: `${join(home, 'bin')}:${PATH}` };
});

/** A command line of the README, typed as it stands there. @returns what it prints, and how long it takes. */
async function type(line: string, { at, stdin = '' }: { at: string; stdin?: string }) {
  const started = performance.now();
  const shell = stdin === '' ? line : `printf '%s\\n' '${stdin}' | ${line}`;
  const { exitCode, output } = await runProgram('bash', ['-c', shell], {
    environment,
    folder: at,
    timeoutMs: LONG_MS,
  });
  process.stdout.write(`first result: ${line}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  expect({ line, exitCode, output }).toEqual({ line, exitCode: 0, output: expect.any(String) });
  return output;
}

/** The stack is not the one that `npm start` has up, so its address is said; email and password are typed. */
const login = (line: string, at: string) =>
  type(`${line} --url ${inject('deployment').apiUrl} --email newcomer-${Date.now()}@example.org`, {
    at,
    stdin: 'four unrelated words',
  });

const FOUND = /lemon|apple|orange/;
const codeOf = (language: string) =>
  readBlocks('README.md').find((block) => block.language === language)?.code ?? '';

it('by the command line', { timeout: LONG_MS }, async () => {
  for (const line of ['npm link ', 'segmentry login --register ', 'segmentry analyze photo.jpg\n'])
    expect(readme).toContain(`\n${line}`);
  await login('segmentry login --register', folder);
  // Of the models of this deployment none is the obvious one.
  expect(await type('segmentry analyze photo.jpg --model segmentry-food', { at: folder })).toMatch(FOUND);
});

it('by TypeScript', { timeout: LONG_MS }, async () => {
  for (const line of ['npm run -s segmentry -- login --register', 'npm run client:install -- ~/my-project'])
    expect(readme).toContain(`\n${line}`);
  writeFileSync(join(folder, 'analyze.mjs'), codeOf('ts'));
  await login('npm run -s segmentry -- login --register', PROJECT);
  await type('npm run client:install -- ~/my-project', { at: PROJECT });
  expect(await type('node analyze.mjs', { at: folder })).toMatch(FOUND);
});

it('by Python', { timeout: LONG_MS }, async ({ skip }) => {
  skip(python === undefined, 'Python with what the client’s tests import is not here');
  expect(readme).toContain('pip install ./clients/python');
  writeFileSync(join(folder, 'analyze.py'), codeOf('python'));
  // Others use the same Python meanwhile, so it goes into a folder of its own.
  const target = join(home, 'python');
  environment = {
    ...environment,
    PATH: `${join(python ?? '', '..')}:${environment.PATH}`,
    PYTHONPATH: target,
  };
  await login('npm run -s segmentry -- login --register', PROJECT);
  await type('pip install --no-build-isolation --no-deps --target ~/python ./clients/python', {
    at: PROJECT,
  });
  expect(await type('python analyze.py', { at: folder })).toMatch(FOUND);
});
