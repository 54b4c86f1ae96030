import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, inject, it } from 'vitest';
import { openApiDocument } from '../../core/contracts/http/openapi-document.ts';
import { codeSamples } from '../../lambdas/api/docs/code-samples.ts';
import { needs } from '../helpers/needs.ts';
import { findOtherPythons, installBasics, installOn } from '../helpers/other-pythons.ts';
import { findClientPython, installWheel, PYTHON_CLIENT, runPython } from '../helpers/python-client.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const LONG_MS = 600_000;
const python = (await findClientPython()) ?? '';
needs(python !== '', 'Python 3.11 with what the client’s tests import is');

let wheel = '';
/** A folder of modules for each Python, and of those that all of them read. */
let modules = '';
let environment: Record<string, string> = {};
beforeAll(async () => {
  if (python === '') return;
  wheel = await installWheel(python);
  modules = await mkdtemp(join(tmpdir(), 'segmentry-pythons-'));
  await installBasics(python, join(modules, 'basics'));
  const { call } = await createTestUser();
  const { body } = await call('POST /v1/api-keys', { json: { name: 'python', scopes: ['read', 'write'] } });
  const { apiUrl, models } = inject('deployment');
  environment = { SEGMENTRY_URL: apiUrl, SEGMENTRY_API_KEY: body.key, SEGMENTRY_MODEL: models[0] ?? '' };
}, LONG_MS);

it('is a wheel with types', async () => {
  const names = await runPython(python, ['-m', 'zipfile', '-l', wheel]);
  for (const file of ['py.typed', 'types.py', 'client.py']) expect(names).toContain(`segmentry/${file}`);
});

it('is clean to mypy in its strict form, its tests too', { timeout: LONG_MS }, async () => {
  expect(await runPython(python, ['-m', 'mypy'])).toContain('Success: no issues found');
});

it('passes its tests against the deployment', { timeout: LONG_MS }, async () => {
  const output = await runPython(python, ['-m', 'pytest', '-q', '-rs'], { environment });
  expect(output).toMatch(/\d+ passed/);
  expect(output).not.toContain('name no deployment');
});

it.each(findOtherPythons())('runs on Python $version', { timeout: LONG_MS }, async (other) => {
  const own = join(modules, other.version);
  await installOn(other, python, wheel, own);
  // Its standard library, the wheel and the basics, and nothing else that may be installed for it.
  const run = (args: readonly string[], options: Parameters<typeof runPython>[2] = {}) =>
    runPython(other.program, ['-S', ...args], {
      ...options,
      environment: { ...options.environment, PYTHONPATH: [own, join(modules, 'basics')].join(delimiter) },
    });
  const tests = ['tests/test_analyze.py', 'tests/test_calls.py', 'tests/test_webhooks.py'];
  expect(await run(['-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...tests])).toMatch(/\d+ passed/);
  const call = 'import segmentry; print(segmentry.Segmentry().api.get_me()["role"])';
  expect(await run(['-c', call], { folder: tmpdir(), environment })).toBe('user\n');
});

it('is not the only one: openapi-python-client makes one that works', { timeout: LONG_MS }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'segmentry-generated-'));
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(openApiDocument()));
  const made = ['generate', '--path', 'openapi.json', '--meta', 'none', '--output-path', 'generated'];
  // Without the formatter that it would call otherwise.
  await writeFile(join(folder, 'config.yaml'), 'post_hooks: []\n');
  const output = await runPython(
    python,
    ['-m', 'openapi_python_client', ...made, '--config', 'config.yaml'],
    { folder },
  );
  // It knows no wildcard of types: it sends a picture as a form or as bytes of no type, which are taken too.
  expect([...output.matchAll(/WARNING.*\n+(.*)/g)].map(([, reason]) => reason)).toEqual([
    'Unsupported content type image/*',
  ]);
  expect(output).not.toMatch(/^Error/m);
  await runPython(python, ['-m', 'compileall', '-q', 'generated'], { folder });
  const program = await readFile(join(PYTHON_CLIENT, 'tests/generated_calls.py'), 'utf8');
  await writeFile(join(folder, 'calls.py'), program);
  expect(await runPython(python, ['calls.py'], { folder, environment })).toContain('three calls answered');
});

it('is called rightly by the samples of /docs', { timeout: LONG_MS }, async () => {
  const document = openApiDocument();
  const samples = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => codeSamples(operation, { method, path, document }).python,
    ),
  );
  const folder = await mkdtemp(join(tmpdir(), 'segmentry-samples-'));
  const head = 'from pathlib import Path\n\nfrom segmentry import Segmentry\n\nsegmentry = Segmentry()\n';
  await writeFile(join(folder, 'samples.py'), `${head}${samples.join('\n')}\n`);
  // What mypy has learned of the client's own packages holds here too.
  const known = ['--cache-dir', join(PYTHON_CLIENT, '.mypy_cache')];
  const output = await runPython(python, ['-m', 'mypy', '--strict', ...known, 'samples.py'], { folder });
  expect(output).toContain('Success');
});
