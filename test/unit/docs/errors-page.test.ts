import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openApiDocument } from '../../../core/contracts/http/openapi-document.ts';
import { PROBLEM_GROUPS } from '../../../core/contracts/problems/all-problems.ts';
import { DomainError, type ErrorKind } from '../../../core/domain/entities/errors.ts';
import { problemOf } from '../../../core/runtime/problem.ts';
import { renderDocs } from '../../../lambdas/api/docs/render-docs.ts';
import { writeErrorsPage } from '../../../localstack/pages/errors-page.ts';
import { PROJECT } from '../../../localstack/paths.ts';
import { codeOf, readPage, tableOf } from '../../helpers/read-page.ts';

const listed = PROBLEM_GROUPS.flatMap(({ codes }) => codes);
const LIST = 'core/contracts/problems';

const source = ['core', 'lambdas']
  .flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !join(folder, path).startsWith(LIST))
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
const FOREIGN = ['custom', 'code', 'unrecognized_keys', 'invalid_union', 'invalid_type'];

it('each code that there is stands in the list once, with its cause and its remedy, and no other', () => {
  const told = listed.map(([code]) => code);
  expect(told.filter((code, index) => told.indexOf(code) !== index)).toEqual([]);
  expect(told.filter((code) => !source.includes(code))).toEqual([]);
  const missing = [...codesInSource()].filter((code) => !told.includes(code) && !FOREIGN.includes(code));
  expect(missing, `Add them in ${LIST}, and run npm run docs:errors.`).toEqual([]);
  for (const [code, , cause, remedy] of listed) {
    expect({ code, cause, remedy }).toEqual({
      code,
      cause: expect.stringMatching(/^.{5,}[.]$/s),
      remedy: expect.stringMatching(/^.{5,}[.]$/s),
    });
  }
});

it('each code has the status that the class of its error is answered with', () => {
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
  const wrong = listed.filter(
    ([code, status]) => status !== undefined && statuses.has(code) && statuses.get(code) !== status,
  );
  expect(wrong).toEqual([]);
  expect(statuses.size).toBeGreaterThan(40);
});

it('the page is what `npm run docs:errors` writes', () => {
  expect(readPage('errors.md')).toBe(writeErrorsPage());
});

it('the pages on uploads and models name codes of the list only', () => {
  const told = new Set(listed.map(([code]) => code));
  const tables = [
    tableOf(readPage('uploads.md'), 'code of an entry'),
    tableOf(readPage('uploads.md'), 'code of an archive'),
    tableOf(readPage('uploads.md'), 'code of a video'),
    tableOf(readPage('models.md'), 'code'),
  ];
  const named = tables.flat().flatMap(([codes]) => codeOf(codes));
  expect(named.filter((code) => !told.has(code))).toEqual([]);
});

it('/docs has a place for each code, operation and schema that a link leads to, once', () => {
  const page = renderDocs(openApiDocument());
  const places = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id as string);
  expect(places.filter((id, index) => places.indexOf(id) !== index)).toEqual([]);
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id as string);
  expect(links.filter((id) => !places.includes(id))).toEqual([]);
  for (const [code] of listed) expect(places).toContain(code);
  expect(page).not.toContain('$ref');
  expect(page).not.toMatch(/<script| style=| on\w+="/);
});
