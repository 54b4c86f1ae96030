import { beforeEach, describe, expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import type { AnalysisMessage } from '../../../../core/contracts/messages.ts';
import { type CreditHold, InsufficientCreditsError } from '../../../../core/domain/entities/credits.ts';
import { UnusableImageError } from '../../../../core/domain/entities/errors.ts';
import type { Image } from '../../../../core/domain/entities/image.ts';
import type { PlannedJob } from '../../../../core/domain/entities/job.ts';
import type { Upload } from '../../../../core/domain/entities/upload.ts';
import type { VideoFacts } from '../../../../core/domain/entities/video.ts';
import { IMAGE_VIEW_LIMIT } from '../../../../core/domain/entities/views.ts';
import { type CachedResult, resultCacheKey } from '../../../../core/domain/media/result-cache.ts';
import { ContentTakenError, type StoredImage } from '../../../../core/domain/media/store-image.ts';
import type { StoredVideo } from '../../../../core/domain/media/store-video.ts';
import { type IngestUploadPorts, ingestUpload } from '../../../../core/domain/uploads/ingest-upload.ts';
import type { Archive, ZipEntry } from '../../../../core/domain/uploads/zip-entry.ts';

const upload: Upload = {
  id: 'upl_1',
  userId: 'usr_1',
  kind: 'image',
  filename: 'lunch.jpg',
  keep: 'compressed',
  framesPerSecond: 1,
  options: AnalysisOptions.parse({}),
  mediaId: 'image-1',
  jobs: [{ id: 'job_1', model: { id: 'food', version: '1', sha256: 'f00d' } }],
  status: 'waiting',
  images: [],
  videos: [],
  refused: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T01:00:00.000Z',
};
const object = { key: 'uploads/upl_1', version: 'v1' };

/** The outside world, in memory: one upload, one object. */
function createWorld() {
  const world = {
    upload: { ...upload } as Upload,
    stored: [] as StoredImage[],
    sent: [] as AnalysisMessage[],
    objects: new Map<string, Uint8Array>([['uploads/upl_1', new Uint8Array([1, 2, 3])]]),
    sendFails: false,
    isImage: true,
    takenBy: undefined as Image | undefined,
    known: undefined as Image | undefined,
    results: new Map<string, CachedResult>(),
    isPoor: false,
    collected: [] as string[],
    chunks: [] as number[],
    hold: undefined as CreditHold | undefined,
    video: undefined as VideoFacts | undefined,
    videos: [] as StoredVideo[],
    archive: undefined as Archive | undefined,
    openJobs: 0,
  };
  const ports: IngestUploadPorts = {
    uploads: {
      claim: async (id, version) => {
        if (id !== world.upload.id || world.upload.status === 'failed') return undefined;
        if ((world.upload.objectVersion ?? version) !== version) return undefined;
        const status = world.upload.status === 'done' ? 'done' : 'processing';
        world.upload = { ...world.upload, status, objectVersion: version };
        return world.upload;
      },
      complete: async (_, stored) => {
        if (world.isPoor) throw new InsufficientCreditsError({ cost: 760, balance: 0 });
        if (stored.isNew && world.takenBy !== undefined) {
          world.known = world.takenBy;
          throw new ContentTakenError(stored.image.sha256);
        }
        world.stored.push(stored);
        world.upload = { ...world.upload, status: 'done', images: [stored.image.id] };
      },
      completeVideo: async (_, videoId) => {
        world.upload = { ...world.upload, status: 'done', videos: [videoId] };
      },
      plan: async (_, plan, { hold }) => {
        world.hold = hold;
        const entries = { ...plan, done: 0, refused: 0, chunkCount: plan.chunks.length, chunksDone: 0 };
        world.upload = { ...world.upload, entries };
      },
      fail: async (_, refused) => {
        world.upload = { ...world.upload, status: 'failed', refused: [refused] };
      },
    },
    arrived: {
      copy: async ({ key }, to) => void world.objects.set(to, world.objects.get(key) ?? new Uint8Array()),
      read: async ({ key }) => world.objects.get(key) as Uint8Array,
      remove: async ({ key }) => void world.objects.delete(key),
    },
    normalizeImage: async (bytes) => {
      if (!world.isImage) throw new UnusableImageError('unsupported_image', 'These bytes are not an image.');
      return { bytes, width: 4, height: 3, contentType: 'image/jpeg' };
    },
    objects: {
      put: async (key, body) => void world.objects.set(key, body as Uint8Array),
      async *read(key) {
        yield world.objects.get(key) ?? expect.fail(`no ${key}`);
      },
      remove: async (key) => void world.objects.delete(key),
    },
    images: { readContent: async (userId) => ({ image: world.known, datasets: [], credits: { userId } }) },
    resultCache: { find: async () => world.results },
    prices: { image: 750, videoFrame: 500, analysis: 10 },
    openArchive: async () => world.archive ?? expect.fail('no archive'),
    openJobLimit: 100,
    countOpenJobs: async () => world.openJobs,
    zipLimits: { entries: 100, imageBytes: 1000, videoBytes: 1000 },
    probeVideo: async () => world.video ?? expect.fail('no video'),
    videos: { createOnce: async (stored) => void world.videos.push(stored) },
    videoLimits: { frames: 100, segmentFrames: 10 },
    zipChunkQueue: {
      send: async (messages) => {
        if (world.sendFails) throw new Error('queue unreachable');
        world.chunks.push(...messages.map(({ chunk }) => chunk));
      },
    },
    datasetItems: { add: async ({ itemId }) => void world.collected.push(itemId) },
    retentionDays: 0,
    analysisQueue: {
      send: async (messages) => {
        if (world.sendFails) throw new Error('queue unreachable');
        world.sent.push(...messages);
      },
    },
    now: () => new Date('2026-01-01T00:00:10.000Z'),
  };
  return { world, ports };
}

let { world, ports } = createWorld();
beforeEach(() => {
  ({ world, ports } = createWorld());
});

it('stores the image under its id, records it, queues its jobs and removes the upload', async () => {
  expect(await ingestUpload(object, ports)).toBe('done');
  expect([...world.objects.keys()]).toEqual(['images/image-1']);
  expect(world.stored[0]?.image).toMatchObject({
    id: 'image-1',
    filename: 'lunch.jpg',
    sha256: '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81',
    originalSizeBytes: 3,
  });
  expect(world.sent).toMatchObject([{ jobId: 'job_1', mediaId: 'image-1' }]);
});

it('ignores what is no upload, and later versions of the object', async () => {
  expect(await ingestUpload({ key: 'uploads/upl_other', version: 'v1' }, ports)).toBe('ignored');
  expect(await ingestUpload({ key: 'images/upl_1', version: 'v1' }, ports)).toBe('ignored');
  await ingestUpload(object, ports);
  expect(await ingestUpload({ ...object, version: 'v2' }, ports)).toBe('ignored');
  expect(world.stored).toHaveLength(1);
});

it('finishes what a delivery before it left half done', async () => {
  world.sendFails = true;
  await expect(ingestUpload(object, ports)).rejects.toThrow('queue unreachable');
  world.sendFails = false;
  expect(await ingestUpload(object, ports)).toBe('done');
  expect(world.stored).toHaveLength(1);
  expect(world.sent).toMatchObject([{ jobId: 'job_1', mediaId: 'image-1' }]);
});

it('refuses what is no image, with its name and code, and stores nothing', async () => {
  world.isImage = false;
  expect(await ingestUpload(object, ports)).toBe('refused');
  expect(world.upload).toMatchObject({
    status: 'failed',
    refused: [{ name: 'lunch.jpg', code: 'unsupported_image' }],
  });
  expect(world.objects.size).toBe(0);
  expect(world.sent).toEqual([]);
  expect(await ingestUpload(object, ports)).toBe('ignored');
});

const known = { id: 'image-0', userId: 'usr_1' } as Image;

it('takes the same bytes again as the image they are already', async () => {
  world.known = known;
  expect(await ingestUpload(object, ports)).toBe('done');
  expect(world.upload.images).toEqual(['image-0']);
  expect(world.stored).toMatchObject([{ isNew: false, jobs: [{ id: 'job_1', mediaId: 'image-0' }] }]);
  expect(world.objects.size).toBe(0);
});

it('does not make again what has been made of the same bytes, and charges nothing for it', async () => {
  world.known = known;
  const [planned] = upload.jobs as [PlannedJob];
  const analysis = { imageId: known.id, model: planned.model, options: upload.options };
  world.results.set(resultCacheKey(analysis), { jobId: 'job_0', summary: [] });
  await ingestUpload(object, ports);
  const [stored] = world.stored;
  expect(stored?.jobs).toMatchObject([
    { id: 'job_1', status: 'succeeded', resultOf: 'job_0', finishedAt: '2026-01-01T00:00:10.000Z' },
  ]);
  expect(stored?.payment.charges).toEqual([]);
});

it('leaves no second copy where the same bytes came at the same time', async () => {
  world.takenBy = known;
  expect(await ingestUpload(object, ports)).toBe('done');
  expect(world.upload.images).toEqual(['image-0']);
  expect(world.objects.size).toBe(0);
});

it('puts the image into the dataset that was named', async () => {
  world.upload = { ...world.upload, dataset: 'ds_1' };
  await ingestUpload(object, ports);
  expect(world.collected).toEqual(['image-1']);
});

describe('a zip', () => {
  const archiveOf = (entries: readonly Partial<ZipEntry>[], facts: Partial<Archive> = {}): Archive => ({
    sizeBytes: 1_000_000,
    entryCount: entries.length,
    async *entries() {
      const plain = { compressedBytes: 10, uncompressedBytes: 20, isEncrypted: false, isSymlink: false };
      for (const [index, entry] of entries.entries())
        yield { ...plain, index, offset: index, name: `${index}.jpg`, ...entry };
    },
    unpack: () => expect.fail('nothing is unpacked yet'),
    ...facts,
  });
  beforeEach(() => {
    world.upload = { ...world.upload, kind: 'zip', filename: 'all.zip' };
  });

  it('is divided among workers, folders and leftovers not counted', async () => {
    world.archive = archiveOf([{ name: 'a/' }, { name: '__MACOSX/x' }, ...Array(50).fill({})]);
    expect(await ingestUpload(object, ports)).toBe('planned');
    expect(world.upload.entries).toMatchObject({
      total: 50,
      chunks: [
        { index: 0, count: 25, fileCount: 23 },
        { index: 25, count: 25, fileCount: 25 },
        { index: 50, count: 2, fileCount: 2 },
      ],
    });
    expect(world.chunks).toEqual([0, 1, 2]);
    expect(world.hold).toMatchObject({ id: 'upl_1', left: 50 * 760 });
    expect(world.objects.has('uploads/upl_1')).toBe(true);
  });

  it('holds as many analyses of each image as it may have tiles', async () => {
    world.upload = { ...world.upload, options: { ...world.upload.options, tiles: { overlap: 0.2 } } };
    world.archive = archiveOf([{}, {}, {}]);
    expect(await ingestUpload(object, ports)).toBe('planned');
    expect(world.hold).toMatchObject({ left: 3 * (750 + IMAGE_VIEW_LIMIT * 10) });
  });

  it('is divided by bytes too: what is large is taken in by few at a time', async () => {
    const video = { name: 'a.mp4', compressedBytes: 110_000_000, uncompressedBytes: 120_000_000 };
    world.archive = archiveOf(
      [{}, video, video, video, {}, { ...video, uncompressedBytes: 900_000_000 }, {}],
      { sizeBytes: 1_000_000_000 },
    );
    const zipLimits = { ...ports.zipLimits, videoBytes: 1_000_000_000 };
    await ingestUpload(object, { ...ports, zipLimits });
    const counts = world.upload.entries?.chunks.map(({ index, count }) => [index, count]);
    expect(counts).toEqual([
      [0, 3],
      [3, 2],
      [5, 1],
      [6, 1],
    ]);
  });

  it('is divided once, and told of again where the messages may be lost', async () => {
    world.archive = archiveOf([{}, {}]);
    world.sendFails = true;
    await expect(ingestUpload(object, ports)).rejects.toThrow('queue unreachable');
    world.sendFails = false;
    world.archive = undefined;
    expect(await ingestUpload(object, ports)).toBe('planned');
    expect(world.chunks).toEqual([0]);
  });

  it('is refused as a whole where its jobs would be more than its user may have open', async () => {
    const [job] = world.upload.jobs as [PlannedJob];
    world.upload = { ...world.upload, jobs: [job, { ...job, id: 'job_2' }] };
    world.archive = archiveOf([...Array(19).fill({}), { name: 'a.mp4' }]);
    world.openJobs = 61;
    expect(await ingestUpload(object, ports)).toBe('refused');
    expect(world.upload).toMatchObject({ status: 'failed', refused: [{ code: 'too_many_open_jobs' }] });
    expect({ chunks: world.chunks, hold: world.hold, objects: world.objects.size }).toEqual({
      chunks: [],
      hold: undefined,
      objects: 0,
    });
  });

  it('is divided where its jobs are as many as its user may have open', async () => {
    world.archive = archiveOf(Array(40).fill({}));
    world.openJobs = 60;
    expect(await ingestUpload(object, ports)).toBe('planned');
  });

  it.each([
    ['too many entries', archiveOf(Array(101).fill({})), 'too_many_entries'],
    ['nothing but folders', archiveOf([{ name: 'a/' }]), 'empty_zip'],
    ['entries that share their bytes', archiveOf([{}, {}], { sizeBytes: 15 }), 'damaged_zip'],
  ])('with %s is refused as a whole', async (_, archive, code) => {
    world.archive = archive;
    expect(await ingestUpload(object, ports)).toBe('refused');
    expect(world.upload).toMatchObject({ status: 'failed', refused: [{ name: 'all.zip', code }] });
    expect(world.objects.size).toBe(0);
  });
});

it('charges the image and each analysis, from the hold of the upload', async () => {
  await ingestUpload(object, ports);
  const charges = [
    { item: 'image:image-1', amount: 750 },
    { item: 'job:job_1', amount: 10 },
  ];
  expect(world.stored[0]?.payment).toMatchObject({ charges, holdId: 'upl_1' });
});

it('charges the same bytes for their analysis only', async () => {
  world.known = known;
  await ingestUpload(object, ports);
  expect(world.stored[0]?.payment.charges).toEqual([{ item: 'job:job_1', amount: 10 }]);
});

it('refuses what is not paid for, and stores nothing', async () => {
  world.isPoor = true;
  expect(await ingestUpload(object, ports)).toBe('refused');
  expect(world.upload).toMatchObject({ status: 'failed', refused: [{ code: 'insufficient_credits' }] });
  expect(world.objects.size).toBe(0);
});

describe('a video', () => {
  const facts = {
    width: 8,
    height: 4,
    durationSeconds: 30,
    frameRate: 25,
    contentType: 'video/mp4',
  } as const;
  beforeEach(() => {
    world.upload = { ...world.upload, kind: 'video', filename: 'a.mp4', framesPerSecond: 2 };
    world.video = facts;
  });

  it('becomes one item, with a job that knows how it is divided', async () => {
    expect(await ingestUpload(object, ports)).toBe('done');
    expect(world.upload).toMatchObject({ status: 'done', videos: ['image-1'] });
    expect(world.videos[0]?.video).toMatchObject({
      ...facts,
      id: 'image-1',
      filename: 'a.mp4',
      sizeBytes: 3,
    });
    expect(world.videos[0]?.jobs).toMatchObject([
      { id: 'job_1', video: { framesPerSecond: 2, segmentFrames: 10, segmentCount: 6 }, segmentsDone: 0 },
    ]);
    expect(world.videos[0]?.charges).toEqual([
      { item: 'video:image-1', amount: 60 * 500 },
      { item: 'job:job_1', amount: 60 * 10 },
    ]);
    expect(world.sent).toMatchObject([{ jobId: 'job_1', mediaId: 'image-1' }]);
    expect([...world.objects.keys()]).toEqual(['videos/image-1']);
  });

  it('that gives too many frames is refused, and nothing is kept', async () => {
    world.video = { ...facts, durationSeconds: 51 };
    expect(await ingestUpload(object, ports)).toBe('refused');
    expect(world.upload.refused).toMatchObject([{ name: 'a.mp4', code: 'too_many_frames' }]);
    expect(world.objects.size).toBe(0);
  });
});
