import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { afterAll, expect, it } from 'vitest';
import { openApiDocument } from '../../../core/contracts/http/openapi-document.ts';
import { codeSamples } from '../../../lambdas/api/docs/code-samples.ts';
import { PROJECT } from '../../../localstack/paths.ts';
import { createMemoryApi } from '../../helpers/memory-api.ts';

const document = openApiDocument();

// Within the project, so that what it imports is found.
mkdirSync(join(PROJECT, 'out'), { recursive: true });
const folder = mkdtempSync(join(PROJECT, 'out/generated-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the compiler says of a file, in its strict form. */
function errorsOf(file: string): string[] {
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    types: ['node'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const CALLS = `import createClient from 'openapi-fetch';
import type { paths } from './api.ts';

export async function makeThreeCalls(fetch: (request: Request) => Promise<Response>, token: string) {
  const client = createClient<paths>({ baseUrl: 'http://api', fetch, headers: { authorization: \`Bearer \${token}\` } });
  const health = await client.GET('/v1/health');
  const models = await client.GET('/v1/models');
  const key = await client.POST('/v1/api-keys', { body: { name: 'k', scopes: ['read'] } });
  // Only what is needed: the rest may be left away.
  type Batch = paths['/v1/batches']['post']['requestBody']['content']['application/json'];
  const batch: Batch = { dataset: 'Field 7', models: ['segmentry-food'] };
  return { health: health.data?.status, models: models.data?.items, key: key.data?.key, error: key.error, batch };
}
`;

it('openapi-typescript makes a client that compiles, and that gets its answers', {
  timeout: 240_000,
}, async () => {
  writeFileSync(join(folder, 'api.ts'), astToString(await openapiTS(JSON.stringify(document))));
  const file = join(folder, 'calls.ts');
  writeFileSync(file, CALLS);
  expect(errorsOf(file)).toEqual([]);
  const api = await createMemoryApi();
  const { token } = await api.createPerson();
  const { makeThreeCalls } = await import(file);
  const answers = await makeThreeCalls(async (request: Request) => api.app.fetch(request, {}), token);
  expect(answers).toMatchObject({ health: 'ok', models: [], key: expect.stringMatching(/^sk_/) });
});

it('the samples of /docs compile against the TypeScript client', { timeout: 240_000 }, () => {
  const samples = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => codeSamples(operation, { method, path, document }).typescript,
    ),
  );
  const file = join(folder, 'samples.ts');
  const head = `import { openAsBlob } from 'node:fs';
import { Segmentry } from '../../client/index.ts';
const segmentry = new Segmentry({ url: 'http://api' });
`;
  writeFileSync(file, head + samples.join('\n'));
  expect(errorsOf(file)).toEqual([]);
  // The check finds what is wrong.
  writeFileSync(file, `${head}await segmentry.api.getJob({ job: 'ID' });\n`);
  expect(errorsOf(file)).not.toEqual([]);
});
