import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTool } from '../../../localstack/check/run-tool.ts';
import { PROJECT } from '../../../localstack/paths.ts';

/** For each rule that biome.json adds to the recommended ones: a file that breaks it, and no other of them. */
const VIOLATIONS: Record<string, readonly [path: string, text: string]> = {
  noConsole: ['core/runtime/says.ts', "console.log('found');\n"],
  noImportCycles: [
    'core/domain/one.ts',
    "import { two } from './two.ts';\n\nexport const one = () => two();\n",
  ],
  noProcessEnv: ['core/adapters/reads.ts', 'export const home = process.env.HOME;\n'],
  noDefaultExport: ['core/domain/thing.ts', 'export default 1;\n'],
  useFilenamingConvention: ['core/domain/takeIn.ts', 'export const it = 1;\n'],
  noExcessiveCognitiveComplexity: [
    'core/domain/tangled.ts',
    `export function find(rows: number[][]) {\n${'for (const row of rows) for (const x of row) if (x > 1) if (x > 2) return x;\n'.repeat(2)}}\n`,
  ],
  useMaxParams: [
    'core/domain/wide.ts',
    'export const sum = (a: number, b: number, c: number, d: number, e: number) => a + b + c + d + e;\n',
  ],
  noFloatingPromises: [
    'core/domain/forgets.ts',
    'const save = async () => {};\nexport function end() {\n  save();\n}\n',
  ],
  noMisusedPromises: [
    'core/domain/mistakes.ts',
    'const isThere = async () => true;\nexport const say = () => {\n  if (isThere()) return 1;\n  return 2;\n};\n',
  ],
};

/** Where these are allowed: whoever starts a function reads the environment, and a program says something. */
const ALLOWED: Record<string, string> = {
  'lambdas/api/index.ts': 'export const table = process.env.TABLE;\n',
  'cli/say.ts': "console.log('found');\n",
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-lint-'));
  cpSync(join(PROJECT, 'biome.json'), join(folder, 'biome.json'));
  const second = "import { one } from './one.ts';\n\nexport const two = () => one();\n";
  const files = [...Object.values(VIOLATIONS), ...Object.entries(ALLOWED), ['core/domain/two.ts', second]];
  for (const [path = '', text = ''] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Biome tells: `lint/style/noDefaultExport` of a file is the pair of the two last names. */
async function lint(): Promise<{ passed: boolean; told: string[] }> {
  const args = ['lint', '--error-on-warnings', '--reporter=github', '--vcs-enabled=false', '.'];
  const { passed, output } = await runTool('@biomejs/biome/bin/biome', args, folder);
  const lines = output.matchAll(/title=lint\/\w+\/(\w+),file=([^,]+)/g);
  return { passed, told: [...lines].map(([, rule, path = '']) => `${rule}: ${relative(folder, path)}`) };
}

test('each rule of biome.json is broken by the file that is planted against it, and by no other', async () => {
  const { passed, told } = await lint();
  expect(passed).toBe(false);
  const expected = Object.entries(VIOLATIONS).map(([rule, [path]]) => `${rule}: ${path}`);
  // Of a circle both files are told.
  expect(told.sort()).toEqual([...expected, 'noImportCycles: core/domain/two.ts'].sort());
});

test('no rule is without such a file', () => {
  const { linter } = JSON.parse(readFileSync(join(PROJECT, 'biome.json'), 'utf8'));
  const rules: object[] = Object.values(linter.rules);
  expect(Object.keys(VIOLATIONS)).toEqual(rules.flatMap((group) => Object.keys(group)));
});
