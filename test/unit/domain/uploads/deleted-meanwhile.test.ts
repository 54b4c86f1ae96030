import { expect, it } from 'vitest';
import type { Upload } from '../../../../core/domain/entities/upload.ts';
import { ingestUpload } from '../../../../core/domain/uploads/ingest-upload.ts';
import { ingestZipChunk } from '../../../../core/domain/uploads/ingest-zip-chunk.ts';
import type { Archive } from '../../../../core/domain/uploads/zip-entry.ts';
import { createMediaWorld, MODEL, zipUpload } from '../../../helpers/memory-table/media-world.ts';

const upload = zipUpload({ mediaId: 'video-1', jobs: [{ id: 'job_1', model: MODEL }] });
const FACTS = { width: 1, height: 1, durationSeconds: 1, frameRate: 1, contentType: 'video/mp4' } as const;
const DIED = new Error('the worker has died');

const archiveOf = (names: readonly string[]): Archive => ({
  sizeBytes: 1000,
  entryCount: names.length,
  async *entries() {
    for (const [index, name] of names.entries()) {
      const facts = { compressedBytes: 10, uncompressedBytes: 20, isEncrypted: false, isSymlink: false };
      yield { index, offset: index, name, ...facts };
    }
  },
  async *unpack({ index }) {
    yield new Uint8Array([index]);
  },
});

/** Workers of uploads over a table in memory. */
async function createWorld(changes: Partial<Upload>) {
  const world = createMediaWorld();
  const incoming = { ...upload, ...changes };
  await world.uploads.create(incoming, {});
  const objects = {
    ...world.ports.objects,
    putPieces: async (key: string) => void world.objects.set(key, new Uint8Array([1])),
    async *read() {},
  };
  const ports = {
    ...world.ports,
    objects,
    images: world.images,
    videos: world.videos,
    uploads: world.uploads,
    jobs: world.jobs,
    datasetItems: world.datasetItems,
    analysisQueue: world.analysisQueue,
    arrived: {
      copy: async (_: object, key: string) => void world.objects.set(key, new Uint8Array([1])),
      remove: async () => {},
    },
    probeVideo: async () => FACTS,
    videoLimits: { frames: 9, segmentFrames: 9 },
    zipLimits: { entries: 100, imageBytes: 1000, videoBytes: 1000 },
    openArchive: async () => archiveOf(['a.jpg', 'b.mp4', 'c.jpg']),
  };
  /** Deletes an image or a video as a user does, with what the stream has removed after it. */
  async function remove(kind: 'image' | 'video', { id }: { id: string }): Promise<void> {
    const thing = world.itemsOf(kind).find((each) => each.id === id);
    await world[`${kind}s`].remove(thing as never);
    for (const job of world.itemsOf('job') as unknown as { id: string; mediaId: string }[]) {
      if (job.mediaId === id) await world.table.entities.job.delete({ id: job.id }).go();
    }
    world.objects.delete(`${kind}s/${id}`);
  }
  return { world, ports, incoming, remove };
}

it('an image and a video that are deleted before their part of the zip is recorded stay deleted', async () => {
  const { world, ports, incoming, remove } = await createWorld({});
  const place = { index: 0, count: 3, fileCount: 3, offset: 0 };
  await world.uploads.plan(incoming, { total: 3, images: 2, videos: 1, chunks: [place] }, {});
  const ingest = (uploads: object = ports.uploads) =>
    ingestZipChunk({ uploadId: 'upl_1', chunk: 0 }, { isLast: false }, { ...ports, uploads } as never);
  const dying = { ...ports.uploads, addChunk: () => Promise.reject(DIED) };
  await expect(ingest(dying)).rejects.toBe(DIED);
  const [image, kept] = world.itemsOf('image') as unknown as [{ id: string }, { id: string }];
  const [video] = world.itemsOf('video') as unknown as [{ id: string }];
  await remove('image', image);
  await remove('video', video);

  expect(await ingest()).toBe('upload ended');
  expect(world.itemsOf('image').map(({ id }) => id)).toEqual([kept.id]);
  expect(world.itemsOf('video')).toEqual([]);
  expect([...world.objects.keys()]).toEqual([`images/${kept.id}`]);
  // It was taken in all the same.
  expect(await world.uploads.findWhole('upl_1')).toMatchObject({
    status: 'done',
    images: [image.id, kept.id],
    videos: [video.id],
    refused: [],
  });
});

it('a video that is deleted before its upload is recorded as done stays deleted', async () => {
  const { world, ports, remove } = await createWorld({ kind: 'video', status: 'waiting' });
  const object = { key: 'uploads/upl_1', version: 'v1' };
  const dying = { ...ports.uploads, completeVideo: () => Promise.reject(DIED) };
  await expect(ingestUpload(object, { ...ports, uploads: dying } as never)).rejects.toBe(DIED);
  await remove('video', { id: 'video-1' });

  expect(await ingestUpload(object, ports as never)).toBe('done');
  expect(world.itemsOf('video')).toEqual([]);
  expect([...world.objects.keys()]).toEqual([]);
  expect(await world.uploads.find('upl_1')).toMatchObject({ status: 'done', videos: ['video-1'] });
});
