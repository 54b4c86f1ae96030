import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashSources } from '../../../lib/hash-sources.ts';
import { keep, keepFolder } from '../../../lib/kept.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'segmentry-kept-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const makeWith = (content: string) => (folder: string) => writeFileSync(join(folder, 'file'), content);
const contentOf = (folder: string) => readFileSync(join(folder, 'file'), 'utf8');

test('a folder is made once under one name', () => {
  const path = join(root, 'kept', 'name');
  expect(contentOf(keepFolder(path, makeWith('first')))).toBe('first');
  expect(contentOf(keepFolder(path, makeWith('second')))).toBe('first');
});

test('a folder whose making fails is not there', () => {
  const path = join(root, 'kept', 'name');
  const fail = () => {
    throw new Error('no');
  };
  expect(() => keepFolder(path, fail)).toThrow('no');
  expect(contentOf(keepFolder(path, makeWith('second')))).toBe('second');
});

test('of two that are made at a time one counts, and the other leaves nothing behind', () => {
  const path = join(root, 'kept', 'name');
  const made = ['one', 'two'].map((name) => {
    const folder = join(root, name);
    mkdirSync(folder);
    makeWith(name)(folder);
    return folder;
  });
  for (const folder of made) keep(folder, path);
  expect(contentOf(path)).toBe('one');
  expect(made.filter(existsSync)).toEqual([]);
});

test('what was not asked for in a day goes when something new comes', () => {
  const [used, unused] = ['used', 'unused'].map((name) => keepFolder(join(root, name), () => {}));
  const longAgo = new Date(Date.now() - 25 * 3_600_000);
  for (const path of [used, unused]) utimesSync(path as string, longAgo, longAgo);
  keepFolder(used as string, () => {});
  keepFolder(join(root, 'new'), () => {});
  expect([used, unused].map((path) => existsSync(path as string))).toEqual([true, false]);
});

test('sources have another hash when a file of them changes, moves or comes', () => {
  const write = (name: string, content: string) => writeFileSync(join(root, name), content);
  mkdirSync(join(root, 'inside'));
  write('inside/a.ts', 'a');
  const first = hashSources([root]);
  expect(hashSources([root])).toBe(first);
  const hashes = [first, hashSources([root], 'a setting')];
  write('inside/a.ts', 'b');
  hashes.push(hashSources([root]));
  write('b.ts', '');
  hashes.push(hashSources([root]));
  expect(new Set(hashes).size).toBe(4);
});
