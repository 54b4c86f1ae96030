import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cruise } from '../../../localstack/check/cruise.ts';
import { PROJECT } from '../../../localstack/paths.ts';
import { codeOf, readPage, tableOf } from '../../helpers/read-page.ts';

const rows = tableOf(readPage('architecture.md'), 'folder', 'what lives here', 'may import');

/** Folders of the table without what varies, as `core/adapters` for `core/adapters/<system>/`. */
const folderOf = (code: string) => code.replace(/<.*/, '').replace(/\/$/, '');
const allowed = new Map(
  rows.flatMap(([folders, , targets = '']) =>
    codeOf(folders).map((folder) => [
      folderOf(folder),
      targets === 'anything' ? [''] : codeOf(targets).map(folderOf),
    ]),
  ),
);
const folders = [...allowed.keys()];
const importsTypesOnly = (folder: string) =>
  rows.some(
    ([cell, , targets]) => targets?.includes('types only') && codeOf(cell).map(folderOf).includes(folder),
  );

/** The parts of these folders do not know each other. Of a lambda, only `index.ts` puts things together. */
const HAS_PARTS = ['core/adapters', 'lambdas'];
const importer = (folder: string, index: number) => `${folder}/importer-${index}/index.ts`;
const target = (folder: string) => `${folder}/imported/it.ts`;

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'segmentry-architecture-'));
  cpSync(join(PROJECT, 'tsconfig.json'), join(project, 'tsconfig.json'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

test('the table lists folders that exist', () => {
  expect(folders.filter((folder) => !existsSync(join(PROJECT, folder)))).toEqual([]);
});

test('the rules allow the imports between folders that the table allows, and no others', async () => {
  for (const folder of folders) plant(target(folder), 'export const it = 1;');
  const pairs = folders.flatMap((from) => folders.map((to) => ({ from, to })));
  for (const [index, { from, to }] of pairs.entries()) {
    const path = importer(from, index);
    const source = `'./${relative(dirname(path), target(to))}'`;
    plant(
      path,
      importsTypesOnly(from)
        ? `import type { it } from ${source};\nexport type Use = typeof it;`
        : `import { it } from ${source};\nexport const use = it;`,
    );
  }
  const { output } = await cruise(project);
  const refused = pairs.filter(({ from }, index) => output.includes(`${importer(from, index)} →`));
  const expected = pairs.filter(({ from, to }) => {
    if (from === to) return HAS_PARTS.includes(from);
    return !allowed.get(from)?.some((target) => target === '' || `${to}/`.startsWith(`${target}/`));
  });
  expect(refused).toEqual(expected);
});
