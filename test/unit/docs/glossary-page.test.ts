import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT } from '../../../localstack/paths.ts';
import { codeOf, readPage, tableOf } from '../../helpers/read-page.ts';

const glossary = readPage('glossary.md');

const source = ['core', 'lambdas']
  .flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(PROJECT, folder, path), 'utf8')),
  )
  .join('\n');

it('lists the prefix of each kind of id', () => {
  const told = tableOf(glossary, 'prefix', 'of').flatMap(([prefix]) => codeOf(prefix));
  const made = [...source.matchAll(/newId\('([a-z]+)'|prefixed\('([a-z]+)'|derivedId\('([a-z]+)'/g)];
  const prefixes = new Set(made.map(([, ...groups]) => `${groups.find((each) => each !== undefined)}_`));
  expect(told.filter((prefix) => !source.includes(prefix.slice(0, -1)))).toEqual([]);
  expect([...prefixes].filter((prefix) => !told.includes(prefix))).toEqual([]);
});
