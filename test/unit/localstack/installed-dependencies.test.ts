import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { areDependenciesInstalled } from '../../../localstack/enter/installed-dependencies.mjs';

const ZOD = { version: '4.0.0', integrity: 'sha512-zod' };
const OTHER_SYSTEM = { version: '1.0.0', integrity: 'sha512-x', optional: true };

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'segmentry-project-'));
  mkdirSync(join(project, 'node_modules'));
  writeLock('package-lock.json', {
    '': { version: '0.1.0' },
    'node_modules/zod': ZOD,
    'node_modules/x': OTHER_SYSTEM,
  });
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const writeLock = (path: string, packages: object) =>
  writeFileSync(join(project, path), JSON.stringify({ lockfileVersion: 3, packages }));

function installed(packages: object): void {
  writeLock('node_modules/.package-lock.json', packages);
  for (const path of Object.keys(packages)) {
    mkdirSync(join(project, path), { recursive: true });
    writeFileSync(join(project, path, 'package.json'), '{}');
  }
}

test('as locked, without what is for other systems', () => {
  installed({ 'node_modules/zod': ZOD });
  expect(areDependenciesInstalled(project)).toBe(true);
});

test('more than locked does no harm', () => {
  installed({ 'node_modules/zod': ZOD, 'node_modules/tried-out': ZOD });
  expect(areDependenciesInstalled(project)).toBe(true);
});

test.each([
  ['a package is missing', {}],
  ['a package has another version', { 'node_modules/zod': { ...ZOD, version: '3.9.9' } }],
  ['a package has another content', { 'node_modules/zod': { ...ZOD, integrity: 'sha512-other' } }],
  [
    'an optional package has another version',
    { 'node_modules/zod': ZOD, 'node_modules/x': { ...OTHER_SYSTEM, version: '2.0.0' } },
  ],
])('not when %s', (_, packages) => {
  installed(packages);
  expect(areDependenciesInstalled(project)).toBe(false);
});

test('not when npm has not finished: it writes its record last', () => {
  expect(areDependenciesInstalled(project)).toBe(false);
});

test('not when the record is cut off', () => {
  writeFileSync(join(project, 'node_modules/.package-lock.json'), '{"packages": {"node_mod');
  expect(areDependenciesInstalled(project)).toBe(false);
});

test('not when a package was removed by hand', () => {
  installed({ 'node_modules/zod': ZOD });
  rmSync(join(project, 'node_modules/zod'), { recursive: true });
  expect(areDependenciesInstalled(project)).toBe(false);
});
