import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DomainError, type ErrorKind } from '../../../core/domain/entities/errors.ts';
import { problemOf } from '../../../core/runtime/problem.ts';
import { PROJECT } from '../../../localstack/paths.ts';
import { codeOf, readPage, tableOf } from '../../helpers/read-page.ts';

const glossary = readPage('glossary.md');
const problems = tableOf(glossary, 'code', 'status');

const source = ['core', 'lambdas']
  .flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(PROJECT, folder, path), 'utf8')),
  )
  .join('\n');

/** Literals of `code`, of unions of them, and keys of the tables that give codes their kind or their words. */
function codesInSource(): Set<string> {
  const literals = source.matchAll(/\bcode(?: =|:)((?:\s*\|?\s*'[a-z0-9_]+')+)/g);
  const tables = source.matchAll(/const \w*(?:_KINDS|REFUSALS)\w* = \{([^}]+)\}/g);
  return new Set([
    ...[...literals].flatMap(([, union = '']) =>
      [...union.matchAll(/'([a-z0-9_]+)'/g)].map(([, code]) => code),
    ),
    ...[...tables].flatMap(([, body = '']) =>
      [...body.matchAll(/^ {2}([a-z0-9_]+):/gm)].map(([, code]) => code),
    ),
  ] as string[]);
}

/** zod's own code for a refinement, and the property of Node's errors. */
const FOREIGN = ['custom', 'code'];

it('and the pages on uploads and models explain each code that there is, and no other', () => {
  const tables = [
    problems,
    tableOf(glossary, 'code of a job'),
    tableOf(readPage('uploads.md'), 'code of an entry'),
    tableOf(readPage('uploads.md'), 'code of an archive'),
    tableOf(readPage('uploads.md'), 'code of a video'),
    tableOf(readPage('models.md'), 'code'),
  ];
  const told = new Set(tables.flat().flatMap(([codes]) => codeOf(codes)));
  const inSource = codesInSource();
  for (const code of FOREIGN) inSource.delete(code);
  const [, live = ''] = /answers a message [^`]*`(\w+)`/.exec(glossary) ?? [];
  expect([...told, live].filter((code) => !source.includes(code))).toEqual([]);
  expect([...inSource].filter((code) => !told.has(code) && code !== live)).toEqual([]);
});

it('gives each code the status that it is answered with', () => {
  const statusOf = (kind: string) => {
    class Example extends DomainError {
      readonly code = 'example';
      readonly kind = kind as ErrorKind;
    }
    return problemOf(new Example('for its status'))?.facts.status;
  };
  const pairs = [
    ...source.matchAll(/code = '(?<code>\w+)';\n\s+readonly kind = '(?<kind>\w+)'/g),
    ...source.matchAll(/kind = '(?<kind>\w+)';\n\s+readonly code = '(?<code>\w+)'/g),
  ];
  const statuses = new Map(pairs.map(({ groups }) => [groups?.code, statusOf(groups?.kind ?? '')]));
  const wrong = problems.flatMap(([codes, status]) =>
    codeOf(codes).filter((code) => statuses.has(code) && statuses.get(code) !== Number(status)),
  );
  expect(wrong).toEqual([]);
  expect(statuses.size).toBeGreaterThan(40);
});

it('lists the prefix of each kind of id', () => {
  const told = tableOf(glossary, 'prefix', 'of').flatMap(([prefix]) => codeOf(prefix));
  const made = [...source.matchAll(/newId\('([a-z]+)'|prefixed\('([a-z]+)'|derivedId\('([a-z]+)'/g)];
  const prefixes = new Set(made.map(([, ...groups]) => `${groups.find((each) => each !== undefined)}_`));
  expect(told.filter((prefix) => !source.includes(prefix.slice(0, -1)))).toEqual([]);
  expect([...prefixes].filter((prefix) => !told.includes(prefix))).toEqual([]);
});
