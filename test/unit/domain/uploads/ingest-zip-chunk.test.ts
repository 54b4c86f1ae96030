import { beforeEach, expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import { UnusableImageError } from '../../../../core/domain/entities/errors.ts';
import type { Image } from '../../../../core/domain/entities/image.ts';
import type { Job } from '../../../../core/domain/entities/job.ts';
import type { ChunkOutcome, Upload } from '../../../../core/domain/entities/upload.ts';
import { UnusableVideoError } from '../../../../core/domain/entities/video.ts';
import type { StoredImage } from '../../../../core/domain/media/store-image.ts';
import type { StoredVideo } from '../../../../core/domain/media/store-video.ts';
import {
  type IngestZipChunkPorts,
  ingestZipChunk,
} from '../../../../core/domain/uploads/ingest-zip-chunk.ts';
import { DamagedEntryError } from '../../../../core/domain/uploads/zip-entry.ts';

const upload: Upload = {
  id: 'upl_1',
  userId: 'usr_1',
  kind: 'zip',
  filename: 'all.zip',
  keep: 'compressed',
  framesPerSecond: 1,
  options: AnalysisOptions.parse({}),
  mediaId: 'unused',
  jobs: [{ id: 'job_unused', model: { id: 'food', version: '1', sha256: 'f00d' } }],
  status: 'processing',
  objectVersion: 'v1',
  images: [],
  videos: [],
  refused: [],
  entries: {
    total: 5,
    done: 0,
    refused: 0,
    chunkCount: 2,
    chunksDone: 0,
    chunks: [
      { index: 0, count: 25, fileCount: 25, offset: 0 },
      { index: 25, count: 1, fileCount: 1, offset: 25 },
    ],
  },
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T01:00:00.000Z',
};
const message = { uploadId: 'upl_1', chunk: 0 };
const delivery = { isLast: false };

/** An archive of `files`, by name; `!` is what fails to unpack. */
function createWorld(files: Record<string, string>) {
  const world = {
    status: 'processing' as Upload['status'],
    outcomes: [] as ChunkOutcome[],
    images: new Map<string, Image>(),
    jobs: new Set<string>(),
    sent: new Set<string>(),
    removed: [] as string[],
    isBroken: false,
    videoObjects: new Map<string, string>(),
    videos: [] as StoredVideo[],
    unpacked: [] as string[],
  };
  const names = Object.keys(files);
  const ports: IngestZipChunkPorts = {
    retentionDays: 0,
    resultCache: { find: async () => new Map() },
    prices: { image: 750, videoFrame: 500, analysis: 0 },
    batches: { find: async () => undefined },
    zipLimits: { entries: 100, imageBytes: 1000, videoBytes: 1000 },
    openArchive: async () => ({
      sizeBytes: 1000,
      entryCount: names.length,
      async *entries(from) {
        for (const [index, name] of names.entries()) {
          if (index < (from?.index ?? 0)) continue;
          const bytes = { compressedBytes: 10, uncompressedBytes: 20 };
          yield { index, offset: index, name, ...bytes, isEncrypted: false, isSymlink: false };
        }
      },
      async *unpack({ name }) {
        world.unpacked.push(name);
        if (files[name] === '!') throw new DamagedEntryError('wrong size');
        yield Buffer.from(files[name] ?? '');
      },
    }),
    normalizeImage: async (bytes) => {
      if (world.isBroken) throw new Error('out of memory');
      if (!Buffer.from(bytes).toString().startsWith('image')) {
        throw new UnusableImageError('unsupported_image', 'no');
      }
      return { bytes, width: 1, height: 1, contentType: 'image/jpeg' };
    },
    objects: {
      put: async () => {},
      putPieces: async (key, pieces) => {
        let text = '';
        for await (const piece of pieces) text += Buffer.from(piece).toString();
        world.videoObjects.set(key, text);
      },
      async *read(key) {
        yield Buffer.from(world.videoObjects.get(key) ?? '');
      },
      remove: async (key) => void world.removed.push(key),
    },
    probeVideo: async (key) => {
      if (!world.videoObjects.get(key)?.startsWith('video'))
        throw new UnusableVideoError('damaged_video', 'no');
      return { width: 1, height: 1, durationSeconds: 5, frameRate: 10, contentType: 'video/mp4' };
    },
    jobs: { findAll: async (ids) => ids.map((id) => ({ id, status: 'queued', model: {} }) as Job) },
    videos: {
      createOnce: async (stored) => void world.videos.push(stored),
      findOwn: async (ids) =>
        new Map(
          world.videos.filter(({ video }) => ids.includes(video.id)).map(({ video }) => [video.id, video]),
        ),
    },
    videoLimits: { frames: 10, segmentFrames: 2 },
    images: {
      findOwn: async (ids) =>
        new Map(
          [...world.images.values()].filter(({ id }) => ids.includes(id)).map((image) => [image.id, image]),
        ),
      readContent: async (userId, sha256) => ({
        image: world.images.get(sha256),
        datasets: [],
        credits: { userId },
      }),
      createOnce: async ({ image, jobs }: StoredImage) => {
        world.images.set(image.sha256, image);
        for (const { id } of jobs) world.jobs.add(id);
      },
    },
    uploads: {
      find: async () => ({ ...upload, status: world.status }),
      hasChunk: async (_, chunk) => world.outcomes.some((each) => each.chunk === chunk),
      addChunk: async (_, outcome) => void world.outcomes.push(outcome),
      end: async () => world.outcomes.length === 2,
    },
    arrived: { remove: async ({ key }) => void world.removed.push(key) },
    datasetItems: { add: async () => {} },
    analysisQueue: { send: async (messages) => messages.forEach(({ jobId }) => void world.sent.add(jobId)) },
    now: () => new Date('2026-01-01T00:00:10.000Z'),
  };
  return { world, ports };
}

let { world, ports } = createWorld({});
beforeEach(() => {
  ({ world, ports } = createWorld({
    'a/one.jpg': 'image 1',
    '../two.jpg': 'image 2',
    'three.jpg': 'text',
    'four.jpg': '!',
    'five.jpg': 'image 5',
    'copy of five.jpg': 'image 5',
  }));
});

it('takes the good entries in and has a line for each other one', async () => {
  expect(await ingestZipChunk(message, delivery, ports)).toBe('chunk done');
  expect([...world.images.values()].map(({ filename }) => filename)).toEqual(['one.jpg', 'five.jpg']);
  expect(world.outcomes[0]?.refused.map(({ name, code }) => [name, code])).toEqual([
    ['../two.jpg', 'unsafe_path'],
    ['three.jpg', 'unsupported_image'],
    ['four.jpg', 'damaged_entry'],
  ]);
});

it('cuts names that are too long where a character is whole', async () => {
  const long = '🍎'.repeat(150);
  ({ world, ports } = createWorld({ [`a/x${long}`]: 'text', [`${long}.jpg`]: 'image 1' }));
  await ingestZipChunk(message, delivery, ports);
  const names = [
    ...(world.outcomes[0]?.refused ?? []).map(({ name }) => name),
    ...[...world.images.values()].map(({ filename }) => filename),
  ];
  expect(names.map((name) => [name.length, name.isWellFormed()])).toEqual([
    [255, true],
    [255, true],
  ]);
});

it('analyses once what is in the archive twice', async () => {
  await ingestZipChunk(message, delivery, ports);
  expect(world.outcomes[0]?.images).toHaveLength(3);
  expect(new Set(world.outcomes[0]?.images).size).toBe(2);
  expect(world.jobs.size).toBe(2);
  expect(world.sent).toEqual(world.jobs);
});

it('chooses the same ids each time', async () => {
  await ingestZipChunk(message, delivery, ports);
  const { images, jobs } = world;
  world.outcomes = [];
  world.images = new Map();
  world.jobs = new Set();
  await ingestZipChunk(message, delivery, ports);
  expect([...world.images.values()].map(({ id }) => id)).toEqual([...images.values()].map(({ id }) => id));
  expect(world.jobs).toEqual(jobs);
});

it('does not unpack again what a delivery that died has recorded, and tells its jobs again', async () => {
  ({ world, ports } = createWorld({ 'a.jpg': 'image 1', 'b.mp4': 'video 1', 'c.jpg': 'image 2' }));
  const { addChunk } = ports.uploads;
  const killed = { ...ports.uploads, addChunk: () => Promise.reject(new Error('killed')) };
  await expect(ingestZipChunk(message, delivery, { ...ports, uploads: killed })).rejects.toThrow('killed');
  const { sent } = world;
  world.sent = new Set();
  world.unpacked = [];
  await ingestZipChunk(message, delivery, { ...ports, uploads: { ...ports.uploads, addChunk } });
  expect(world.unpacked).toEqual([]);
  expect(world.sent).toEqual(sent);
  expect(world.outcomes).toMatchObject([{ images: [{}, {}], videos: [{}], refused: [] }]);
});

it('does nothing of a chunk that is in, and ends the upload with the last one', async () => {
  await ingestZipChunk(message, delivery, ports);
  expect(await ingestZipChunk(message, delivery, ports)).toBe('chunk done');
  expect(await ingestZipChunk({ ...message, chunk: 1 }, delivery, ports)).toBe('upload ended');
  expect(world.outcomes).toHaveLength(2);
  expect(world.removed).toEqual(['archives/upl_1', 'uploads/upl_1']);
});

it('leaves an upload alone that has ended', async () => {
  world.status = 'done';
  expect(await ingestZipChunk(message, delivery, ports)).toBe('ignored');
});

it('is tried again where something else is at fault, and gives the entry up at last', async () => {
  world.isBroken = true;
  await expect(ingestZipChunk(message, delivery, ports)).rejects.toThrow('out of memory');
  expect(world.outcomes).toEqual([]);
  await ingestZipChunk(message, { isLast: true }, ports);
  expect(world.outcomes[0]?.refused).toContainEqual(
    expect.objectContaining({ name: 'five.jpg', code: 'entry_failed' }),
  );
});

it('takes videos in as well, each as one item', async () => {
  ({ world, ports } = createWorld({ 'a.mp4': 'video 1', 'b.mov': 'text', 'c.webm': '!' }));
  await ingestZipChunk(message, delivery, ports);
  expect(world.videos.map(({ video }) => video.filename)).toEqual(['a.mp4']);
  expect(world.outcomes[0]).toMatchObject({ images: [], videos: [world.videos[0]?.video.id] });
  expect(world.outcomes[0]?.refused.map(({ code }) => code)).toEqual(['damaged_video', 'damaged_entry']);
  expect(world.videos[0]?.jobs[0]?.video).toMatchObject({
    framesPerSecond: 1,
    segmentFrames: 2,
    segmentCount: 3,
  });
  expect(world.removed).toHaveLength(1);
});
