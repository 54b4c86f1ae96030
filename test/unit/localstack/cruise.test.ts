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

/** A file, what it imports against the rule, and the rule. */
const VIOLATIONS: readonly (readonly [path: string, target: string, rule: string])[] = [
  ['core/runtime/own.ts', './own.ts', 'no-circular'],
  ['core/runtime/lost.ts', './missing.ts', 'no-unresolvable'],
  ['core/contracts/bad.ts', '../vision/box.ts', 'contracts-import-only-zod'],
  ['core/domain/jobs/bad.ts', '../../adapters/s3/store.ts', 'domain-is-pure'],
  ['core/domain/entities/bad.ts', '../jobs/cancel-job.ts', 'entities-below-capabilities'],
  ['core/domain/live/there.ts', '../events/here.ts', 'domain-folders-without-circles'],
  ['core/adapters/dynamodb/entities/bad.ts', '../records/jobs.ts', 'table-entities-below-records'],
  ['core/vision/bad.ts', '../domain/jobs/cancel-job.ts', 'vision-is-pure'],
  ['core/vision/reads.ts', 'node:fs', 'vision-touches-no-system'],
  ['core/domain/jobs/reads.ts', 'node:fs', 'domain-only-hashes'],
  ['core/runtime/bad.ts', '../adapters/s3/store.ts', 'runtime-stands-on-domain'],
  ['core/composition/bad.ts', '../runtime/telemetry.ts', 'composition-puts-together'],
  ['lambdas/api/handler.ts', '../../core/composition/table.ts', 'composed-by-entry-points'],
  ['core/adapters/sqs/up.ts', '../../runtime/telemetry.ts', 'adapters-stand-on-domain'],
  ['core/adapters/sqs/bad.ts', '../s3/store.ts', 'adapters-do-not-know-each-other'],
  ['lambdas/api/bad.ts', '../upload-image/handler.ts', 'lambdas-do-not-know-each-other'],
  ['lambdas/api/up.ts', '../../localstack/launch.ts', 'lambdas-stand-on-core'],
  ['cli/bad.ts', '../localstack/launch.ts', 'command-line-stands-on-core'],
  ['localstack/bad.ts', '../lib/stack.ts', 'launchers-stand-on-core'],
  ['lib/bad.ts', '../core/adapters/s3/store.ts', 'infrastructure-imports-no-runtime'],
  ['stages/bad.ts', '../core/contracts/names.ts', 'stages-are-settings'],
  ['bin/bad.ts', '../core/contracts/names.ts', 'entry-imports-only-stacks'],
  ['client/bad.ts', '../core/vision/box.ts', 'client-imports-only-contracts'],
  ['client/runs.ts', '../core/contracts/names.ts', 'client-runs-on-nothing-else'],
  ['client/reads.ts', 'node:os', 'client-runs-in-browsers'],
  ['web/bad.ts', '../core/domain/jobs/cancel-job.ts', 'console-imports-client-and-contracts'],
];

const GOOD = {
  'core/adapters/s3/store.ts': 'export const store = 1;',
  'core/adapters/dynamodb/records/jobs.ts': 'export const jobs = 1;',
  'core/composition/table.ts': 'export const table = 1;',
  'core/contracts/names.ts': 'export const names = 1;',
  'core/domain/jobs/cancel-job.ts': 'export const cancelJob = 1;',
  'core/runtime/telemetry.ts': 'export const telemetry = 1;',
  'core/vision/box.ts': 'export const area = 1;',
  'lambdas/upload-image/handler.ts': 'export const handler = 1;',
  'lib/stack.ts': 'export const stack = 1;',
  'localstack/launch.ts': 'export const launch = 1;',
  // Two folders of the domain that import each other are a circle, though none of their files are.
  'core/domain/events/here.ts': 'export const here = 1;',
  'core/domain/live/other.ts': 'export const other = 1;',
  'core/domain/events/back.ts': "import { other } from '../live/other.ts';\nexport const back = other;",
};

test('each rule is broken by the import that is planted against it, and by no other file', async () => {
  plant(GOOD);
  plant(
    Object.fromEntries(
      VIOLATIONS.map(([path, target]) => [
        path,
        `import * as wrong from '${target}';\nexport const use = wrong;`,
      ]),
    ),
  );
  const { passed, output } = await cruise(folder);
  expect(passed).toBe(false);
  const told = output.split('\n');
  const silent = VIOLATIONS.filter(
    ([path, , rule]) =>
      !told.some((line) =>
        // A circle of folders is told of the folder.
        [path, dirname(path)].some((place) => line.startsWith(`error ${rule}: ${place} →`)),
      ),
  );
  expect(silent).toEqual([]);
  expect(told.filter((line) => Object.keys(GOOD).some((path) => line.includes(`: ${path} →`)))).toEqual([]);
});

test('no rule is without such an import', async () => {
  const { default: config }: { default: { forbidden: { name: string }[] } } = await import(
    join(PROJECT, '.dependency-cruiser.mjs')
  );
  expect(VIOLATIONS.map(([, , rule]) => rule)).toEqual(config.forbidden.map(({ name }) => name));
});

test('having looked at nothing is a failure', async () => {
  plant({ 'vitest.config.ts': 'export {};', 'core/vision/notes.txt': 'No module.' });
  const { passed, output } = await cruise(folder);
  expect(passed).toBe(false);
  expect(output).toContain('0 modules');
});
