import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FetchArchive, locatePackage } from '../../lib/locate-package.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-packages-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stands for a registry that has been tampered with. */
const fetchAnother: FetchArchive = (_wanted, into) => {
  mkdirSync(join(into, 'package'));
  writeFileSync(join(into, 'package', 'package.json'), '{}');
  spawnSync('tar', ['-czf', 'another.tgz', 'package'], { cwd: into });
};

it('is where npm ci put it, for this platform', () => {
  expect(locatePackage('sharp')).toBe(join(process.cwd(), 'node_modules', 'sharp'));
});

it('is fetched for another platform, as the lock file names it, once', () => {
  const path = '@img/sharp-win32-x64';
  const wanted: string[] = [];
  const refuse: FetchArchive = (each) => {
    wanted.push(each);
    throw new Error('no network');
  };
  expect(() => locatePackage(path, refuse, folder)).toThrow('no network');
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  expect(wanted).toEqual([`${path}@${packages[`node_modules/${path}`].version}`]);
  mkdirSync(join(folder, `${path}-${packages[`node_modules/${path}`].version}`), { recursive: true });
  expect(locatePackage(`${path}/lib`, refuse, folder)).toMatch(/sharp-win32-x64-[\d.]+.lib$/);
});

it('is refused where it is not what the lock file names, and nothing of it stays', () => {
  const locate = () => locatePackage('@img/sharp-win32-x64', fetchAnother, folder);
  expect(locate).toThrow('is not the one that package-lock.json names');
  expect(locate).toThrow('is not the one that package-lock.json names');
});

it('is refused where the lock file has no such package', () => {
  expect(() => locatePackage('@img/sharp-amiga', fetchAnother, folder)).toThrow(
    'package-lock.json has no @img/sharp-amiga',
  );
});
