import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cruise } from '../../../localstack/check/cruise.ts';
import { PROJECT } from '../../../localstack/paths.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-cruise-'));
  cpSync(join(PROJECT, 'tsconfig.json'), join(folder, 'tsconfig.json'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

test('modules that keep the rules pass', async () => {
  plant({
    'core/vision/box.ts': 'export const area = 1;',
    'core/domain/entities/job.ts': "import { area } from '../../vision/box.ts';\nexport const job = area;",
  });
  expect(await cruise(folder)).toEqual({ passed: true, output: '' });
});

test.each([
  ['core/vision/bad.ts', 'node:fs', 'vision-touches-no-system'],
  ['core/domain/bad.ts', '../adapters/s3/store.ts', 'domain-is-pure'],
  ['core/domain/entities/bad.ts', '../jobs/cancel-job.ts', 'entities-below-capabilities'],
  ['core/adapters/dynamodb/entities/bad.ts', '../records/jobs.ts', 'table-entities-below-records'],
  ['core/adapters/sqs/bad.ts', '../s3/store.ts', 'adapters-do-not-know-each-other'],
  ['core/composition/bad.ts', '../runtime/telemetry.ts', 'composition-puts-together'],
  ['core/runtime/bad.ts', '../composition/table.ts', 'composed-by-entry-points'],
  ['lambdas/api/handler.ts', '../../core/composition/table.ts', 'composed-by-entry-points'],
  ['lambdas/api/bad.ts', '../upload-image/handler.ts', 'lambdas-do-not-know-each-other'],
  ['lib/bad.ts', '../core/adapters/s3/store.ts', 'infrastructure-imports-no-runtime'],
  ['core/runtime/bad.ts', './missing.ts', 'no-unresolvable'],
])('%s that imports %s breaks %s', async (path, target, rule) => {
  plant({
    'core/adapters/s3/store.ts': 'export const store = 1;',
    'core/adapters/dynamodb/records/jobs.ts': 'export const jobs = 1;',
    'core/composition/table.ts': 'export const table = 1;',
    'core/domain/jobs/cancel-job.ts': 'export const cancelJob = 1;',
    'core/runtime/telemetry.ts': 'export const telemetry = 1;',
    'lambdas/upload-image/handler.ts': 'export const handler = 1;',
    [path]: `import * as wrong from '${target}';\nexport const use = wrong;`,
  });
  const { passed, output } = await cruise(folder);
  expect(passed).toBe(false);
  expect(output).toContain(`error ${rule}: ${path}`);
});

test('two folders of the domain that import each other are a circle, though none of their files are', async () => {
  plant({
    'core/domain/jobs/one.ts': "import { two } from '../media/two.ts';\nexport const one = two;",
    'core/domain/media/two.ts': 'export const two = 2;',
    'core/domain/media/three.ts': "import { four } from '../jobs/four.ts';\nexport const three = four;",
    'core/domain/jobs/four.ts': 'export const four = 4;',
  });
  const { passed, output } = await cruise(folder);
  expect(passed).toBe(false);
  expect(output).toContain('error domain-folders-without-circles: core/domain/jobs → core/domain/media');
});

test('having looked at nothing is a failure', async () => {
  plant({ 'vitest.config.ts': 'export {};', 'core/vision/notes.txt': 'No module.' });
  const { passed, output } = await cruise(folder);
  expect(passed).toBe(false);
  expect(output).toContain('0 modules');
});
