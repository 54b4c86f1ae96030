import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWeightsCache, WrongWeightsError } from '../../../../core/adapters/files/weights-cache.ts';

const weightsOf = (name: string) => new TextEncoder().encode(name.repeat(100));
const modelOf = (name: string) => ({
  name,
  sha256: createHash('sha256').update(weightsOf(name)).digest('hex'),
});

let folder: string;
let fetched: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-cache-test-'));
  fetched = [];
});
afterEach(() => rm(folder, { recursive: true }));

const openCache = (limitBytes = 10_000) =>
  createWeightsCache({
    folder,
    limitBytes,
    fetch: async ({ name }: { name: string; sha256: string }) => {
      fetched.push(name);
      return weightsOf(name);
    },
  });

it('fetches each model once, and finds what an earlier process has left', async () => {
  const cache = openCache();
  expect(await cache.read(modelOf('a'))).toEqual(weightsOf('a'));
  await cache.read(modelOf('a'));
  expect(Buffer.from(await openCache().read(modelOf('a')))).toEqual(Buffer.from(weightsOf('a')));
  expect(fetched).toEqual(['a']);
});

it('fetches anew what was tampered with', async () => {
  await openCache().read(modelOf('a'));
  await writeFile(join(folder, modelOf('a').sha256), 'something else');
  expect(await openCache().read(modelOf('a'))).toEqual(weightsOf('a'));
  expect(fetched).toEqual(['a', 'a']);
});

it('gives nothing that has another hash, and keeps none of it', async () => {
  await expect(openCache().read({ name: 'a', sha256: modelOf('b').sha256 })).rejects.toThrow(
    WrongWeightsError,
  );
  expect(await readdir(folder)).toEqual([]);
});

it('removes what was used longest ago where the disk would hold too much', async () => {
  const cache = openCache(250);
  await cache.read(modelOf('a'));
  await cache.read(modelOf('b'));
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(join(folder, modelOf('b').sha256), longAgo, longAgo);
  await cache.read(modelOf('c'));
  expect((await readdir(folder)).sort()).toEqual([modelOf('a').sha256, modelOf('c').sha256].sort());
});

it('gives weights too where the disk takes none', async () => {
  const cache = createWeightsCache({
    folder: '/dev/null/nowhere',
    limitBytes: 1000,
    fetch: async ({ name }: { name: string; sha256: string }) => weightsOf(name),
  });
  await expect(cache.read(modelOf('a'))).resolves.toEqual(weightsOf('a'));
});
