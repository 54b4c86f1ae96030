import { expect, it } from 'vitest';
import { planZip } from '../../../../core/domain/uploads/plan-zip.ts';
import type { Archive, ZipEntry } from '../../../../core/domain/uploads/zip-entry.ts';
import { createMediaWorld, zipUpload } from '../../../helpers/memory-table/media-world.ts';

const GIGABYTE = 1_000_000_000;

/** Plans a zip of `count` entries, all of them like one. @returns the chunks that it is divided into. */
async function plan(count: number, like: Pick<ZipEntry, 'name' | 'compressedBytes' | 'uncompressedBytes'>) {
  const media = createMediaWorld();
  const upload = zipUpload();
  await media.uploads.create(upload, {});
  const archive: Archive = {
    sizeBytes: 5 * GIGABYTE,
    entryCount: count,
    async *entries() {
      for (let index = 0; index < count; index += 1)
        yield { index, offset: 4 * GIGABYTE + index * 50, isEncrypted: false, isSymlink: false, ...like };
    },
    unpack: () => expect.fail('Nothing is unpacked for a plan.'),
  };
  await planZip({ key: 'uploads/upl_1', version: 'v1' }, upload, {
    ...media,
    ...media.ports,
    openArchive: async () => archive,
    arrived: { copy: async () => {} },
    zipLimits: { entries: 10_000, imageBytes: 50_000_000, videoBytes: 2 * GIGABYTE },
    zipChunkQueue: { send: async () => {} },
  });
  return (await media.uploads.find('upl_1'))?.entries?.chunks ?? [];
}

it('divides what is taken by its bytes, and what is refused by its number: nobody unpacks it', async () => {
  const video = { name: 'a.mp4', compressedBytes: 100_000_000, uncompressedBytes: 100_000_000 };
  expect((await plan(40, video)).map(({ count }) => count)).toEqual(Array(20).fill(2));
  const scan = { name: 'a.tiff', compressedBytes: 300_000, uncompressedBytes: 300_000_000 };
  const chunks = await plan(10_000, scan);
  expect(new Set(chunks.map(({ count }) => count))).toEqual(new Set([25]));
  expect(chunks).toHaveLength(400);
});
