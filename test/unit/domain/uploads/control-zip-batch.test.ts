import { describe, expect, it } from 'vitest';
import { createBatchRecords } from '../../../../core/adapters/dynamodb/records/batch-records.ts';
import { createBatchTransactions } from '../../../../core/adapters/dynamodb/records/batch-transactions.ts';
import { createLedger } from '../../../../core/adapters/dynamodb/records/ledger.ts';
import {
  createJobCanceler,
  createWorkerJobs,
} from '../../../../core/adapters/dynamodb/records/worker-jobs.ts';
import type { BatchMessage } from '../../../../core/contracts/messages.ts';
import type { ResultDocument } from '../../../../core/contracts/result-document.ts';
import { cancelBatch, retryBatch } from '../../../../core/domain/batches/control-batch.ts';
import { finishBatch } from '../../../../core/domain/batches/finish-batch.ts';
import { processBatchPart } from '../../../../core/domain/batches/process-batch-part.ts';
import { ingestZipChunk } from '../../../../core/domain/uploads/ingest-zip-chunk.ts';
import { planZip } from '../../../../core/domain/uploads/plan-zip.ts';
import type { Archive } from '../../../../core/domain/uploads/zip-entry.ts';
import { createMediaWorld, MODEL, zipUpload } from '../../../helpers/memory-table/media-world.ts';

const owner = { userId: 'usr_1', scopes: ['write'] } as const;
const upload = zipUpload({ jobs: [{ id: 'job_unused', model: MODEL }], batch: 'bat_1' });
const VIDEO = { width: 1, height: 1, durationSeconds: 1, frameRate: 1, contentType: 'video/mp4' } as const;
const FAILURE = { code: 'unsupported_image', detail: 'no image' };
const RESULT = { model: MODEL, options: upload.options, summary: [], detections: [] };

/** A zip of `count` entries in chunks of 25, with the batch of its jobs and the workers of both. */
async function createWorld(count: number, nameOf = (index: number) => `${index}.jpg`) {
  const media = createMediaWorld();
  const now = () => new Date();
  await media.uploads.create(upload, {});
  const told: BatchMessage[] = [];
  /** What is done once, as soon as the worker has unpacked this entry. */
  const meanwhile = new Map<number, () => Promise<unknown>>();
  const archive: Archive = {
    sizeBytes: 1_000_000,
    entryCount: count,
    async *entries(from) {
      const facts = { compressedBytes: 10, uncompressedBytes: 20, isEncrypted: false, isSymlink: false };
      for (let index = from?.index ?? 0; index < count; index += 1)
        yield { index, offset: index, name: nameOf(index), ...facts };
    },
    async *unpack({ index }) {
      const act = meanwhile.get(index);
      meanwhile.delete(index);
      await act?.();
      yield new Uint8Array([index]);
    },
  };
  const batches = { ...createBatchRecords(media.table), ...createBatchTransactions(media.credits) };
  const objects = {
    ...media.ports.objects,
    putPieces: async (key: string, pieces: AsyncIterable<Uint8Array>) => {
      for await (const piece of pieces) media.objects.set(key, piece);
    },
    async *read(key: string) {
      yield media.objects.get(key) ?? expect.fail(`no ${key}`);
    },
  };
  const ports = {
    ...media,
    ...media.ports,
    batches,
    objects,
    probeVideo: async () => VIDEO,
    videoLimits: { frames: 9, segmentFrames: 9 },
    openArchive: async () => archive,
    zipLimits: { entries: 100, imageBytes: 1000, videoBytes: 1000 },
    arrived: { copy: async () => {}, remove: async () => {} },
    zipChunkQueue: { send: async () => {} },
    jobs: { ...media.jobs, cancel: createJobCanceler(media.table, { now, credits: media.credits }) },
    ledger: createLedger(media.table, media.credits),
    batchQueue: { send: async (messages: readonly BatchMessage[]) => void told.push(...messages) },
  };
  await planZip({ key: 'uploads/upl_1', version: 'v1' }, upload, ports);
  const worker = createWorkerJobs(media.table, {
    leaseSeconds: 120,
    now,
    credits: media.credits,
    putLargeResult: () => Promise.reject(new Error('no result here is large')),
  });
  const jobsOfPart = async (part: number) =>
    media.jobs.findAll((await batches.findPart('bat_1', part))?.jobs.map(({ id }) => id) ?? []);
  const prefetched = { openJobs: 0 };
  return {
    media,
    meanwhile,
    take: (chunk: number) => ingestZipChunk({ uploadId: 'upl_1', chunk }, { isLast: false }, ports as never),
    /** The request, and all that its messages bring. */
    async cancel() {
      await cancelBatch('bat_1', owner, ports);
      await this.workOff();
    },
    /** The request alone: its messages are still to come. */
    askForRetry: () => retryBatch('bat_1', { principal: owner, prefetched }, ports),
    async retry() {
      await this.askForRetry();
      await this.workOff();
    },
    async workOff() {
      for (const message of told.splice(0)) {
        if (message.action === 'process') await processBatchPart(message, ports as never);
      }
    },
    statusesOf: async (part: number) => (await jobsOfPart(part)).map(({ status }) => status),
    /** Has all that is queued fail, or succeed. */
    async analyze(part: number, end: 'fail' | 'succeed') {
      for (const { id } of await jobsOfPart(part)) {
        const job = await worker.claim({ jobId: id });
        if (job === undefined) continue;
        if (end === 'fail') await worker.fail(job, FAILURE);
        else await worker.succeed(job, RESULT as unknown as ResultDocument);
      }
    },
    isOver: () => finishBatch('bat_1', { ...ports, uploads: media.uploads }),
  };
}

describe.each([
  ['image', '.jpg'],
  ['video', '.mp4'],
] as const)('a zip of %ss whose batch is canceled in the middle of a chunk', (kind, ending) => {
  it('is taken in to its end, and what comes after the cancel is neither analysed nor charged for it', async () => {
    const world = await createWorld(12, (index) => `${index}${ending}`);
    world.meanwhile.set(8, () => world.cancel());
    await world.take(0);

    expect(world.media.itemsOf(kind)).toHaveLength(12);
    const statuses = await world.statusesOf(0);
    expect(statuses.length).toBeLessThanOrEqual(8);
    expect(new Set(statuses)).toEqual(new Set(['canceled']));
    expect(world.media.itemsOf('job')).toHaveLength(statuses.length);
  });
});

it('what had failed in a chunk that is being taken in is tried again, also where the retry is heard of when it is over', async () => {
  const world = await createWorld(12);
  world.meanwhile.set(8, async () => {
    await world.analyze(0, 'fail');
    await world.askForRetry();
  });
  await world.take(0);
  expect(await world.statusesOf(0)).toContain('failed');
  await world.workOff();

  expect(await world.statusesOf(0)).toEqual(Array(12).fill('queued'));
});

it('what comes after a retry that follows a cancel in the middle of a chunk is analysed', async () => {
  const world = await createWorld(30);
  await world.take(0);
  await world.analyze(0, 'fail');
  world.meanwhile.set(26, () => world.cancel());
  world.meanwhile.set(28, () => world.retry());
  await world.take(1);

  const jobs = world.media.itemsOf('job') as unknown as { mediaId: string }[];
  const analyzed = new Set(jobs.map(({ mediaId }) => mediaId));
  const images = world.media.itemsOf('image') as unknown as { id: string; filename: string }[];
  const last = images.filter(({ filename }) => ['28.jpg', '29.jpg'].includes(filename));
  expect(last.map(({ id }) => analyzed.has(id))).toEqual([true, true]);
});

it.each([
  ['between two chunks', undefined],
  ['in the middle of a chunk', 25],
])('a batch that is retried %s of its zip is over when its last job is', async (_, entry) => {
  const world = await createWorld(26);
  await world.take(0);
  await world.analyze(0, 'fail');
  if (entry === undefined) await world.retry();
  else world.meanwhile.set(entry, () => world.retry());
  await world.take(1);
  await world.analyze(0, 'succeed');
  await world.analyze(1, 'succeed');

  expect(await world.isOver()).toBe(true);
});
