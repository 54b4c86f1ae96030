import { expect, it } from 'vitest';
import { createBatchRecords } from '../../../../core/adapters/dynamodb/records/batch-records.ts';
import { finishBatch } from '../../../../core/domain/batches/finish-batch.ts';
import { listBatchJobs } from '../../../../core/domain/batches/list-batch-jobs.ts';
import { batchStatus } from '../../../../core/domain/entities/batch.ts';
import { ingestZipChunk } from '../../../../core/domain/uploads/ingest-zip-chunk.ts';
import { planZip } from '../../../../core/domain/uploads/plan-zip.ts';
import type { Archive } from '../../../../core/domain/uploads/zip-entry.ts';
import { createMediaWorld, MODEL, zipUpload } from '../../../helpers/memory-table/media-world.ts';

const upload = zipUpload({ jobs: [{ id: 'job_unused', model: MODEL }], batch: 'bat_1', webhookId: 'whk_1' });

/** One image an entry, each with a byte of its own, in chunks of 25 entries. */
async function createZipWorld(bytes: readonly number[]) {
  const calls: string[] = [];
  const media = createMediaWorld(async (command, call) => {
    calls.push(command);
    return call();
  });
  await media.uploads.create(upload, {});
  const archive: Archive = {
    sizeBytes: 1_000_000,
    entryCount: bytes.length,
    async *entries(from) {
      for (const index of bytes.keys()) {
        const facts = { compressedBytes: 10, uncompressedBytes: 20, isEncrypted: false, isSymlink: false };
        if (index >= (from?.index ?? 0)) yield { index, offset: index, name: `${index}.jpg`, ...facts };
      }
    },
    async *unpack({ index }) {
      yield new Uint8Array([bytes[index] ?? 0]);
    },
  };
  const batches = createBatchRecords(media.table);
  const ports = {
    ...media,
    ...media.ports,
    batches,
    openArchive: async () => archive,
    zipLimits: { entries: 100, imageBytes: 1000, videoBytes: 0 },
    arrived: { copy: async () => {}, remove: async () => {} },
    zipChunkQueue: { send: async () => {} },
  } as never;
  await planZip({ key: 'uploads/upl_1', version: 'v1' }, upload, ports);
  const readBatch = async () => {
    const batch = await batches.find('bat_1');
    return batch === undefined ? expect.fail('There is no batch.') : batch;
  };
  return {
    media,
    calls,
    batches,
    readBatch,
    take: (chunk: number) => ingestZipChunk({ uploadId: 'upl_1', chunk }, { isLast: false }, ports),
    finish: () => finishBatch('bat_1', { batches, uploads: media.uploads, now: () => new Date() }),
    succeed: async () => {
      for (let shard = 0; shard < 10; shard += 1) {
        const { data } = await media.table.entities.batchCounter.get({ batchId: 'bat_1', shard }).go();
        const queued = data?.queued ?? 0;
        const counter = media.table.entities.batchCounter.patch({ batchId: 'bat_1', shard });
        await counter.add({ queued: -queued, succeeded: queued }).go();
      }
    },
  };
}

async function listAll({ media, batches, readBatch }: Awaited<ReturnType<typeof createZipWorld>>) {
  const ids: string[] = [];
  const principal = { userId: 'usr_1', role: 'user', scopes: ['read'] } as const;
  for (let cursor: string | null = '0.0'; cursor !== null; ) {
    const batchPart = await batches.findPart('bat_1', Number(cursor.split('.')[0]));
    const context = { principal, prefetched: { batch: await readBatch(), batchPart } } as never;
    const page = await listBatchJobs('bat_1', { limit: 10, cursor }, context, { jobs: media.jobs });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  return ids;
}

const numbers = Array.from({ length: 26 }, (_, index) => index);

it('the jobs of a zip are a batch: listed and counted as they are made, each once, whatever comes twice', async () => {
  const world = await createZipWorld([...numbers, 3]);
  expect(await world.readBatch()).toMatchObject({ upload: 'upl_1', partCount: 2, webhookId: 'whk_1' });
  expect(await listAll(world)).toEqual([]);
  await world.take(0);
  await world.take(0);
  expect(await listAll(world)).toHaveLength(25);
  await world.take(1);
  expect(new Set(await listAll(world)).size).toBe(26);
  expect(await listAll(world)).toHaveLength(26);
  expect(await world.batches.counts('bat_1')).toMatchObject({ queued: 26, succeeded: 0 });
  expect(world.media.itemsOf('job')).toHaveLength(26);
});

it('images of chunks at once are one read and one transaction each, though all charge one hold', async () => {
  const world = await createZipWorld(Array.from({ length: 60 }, (_, index) => index));
  world.calls.length = 0;
  await Promise.all([world.take(0), world.take(1)]);
  const count = (command: string) => world.calls.filter((each) => each === command).length;
  expect(world.media.itemsOf('image')).toHaveLength(50);
  // Each chunk asks once which images and which videos are recorded, and is written down once.
  expect({ reads: count('BatchGetCommand'), writes: count('TransactWriteCommand') }).toEqual({
    reads: 50 + 2 * 2,
    writes: 50 + 2,
  });
});

it('it does not end before the zip has been taken in, though all its jobs have', async () => {
  const world = await createZipWorld(numbers);
  await world.take(0);
  await world.succeed();
  expect(await world.finish()).toBe(false);
  const before = await world.readBatch();
  expect(batchStatus(before, await world.batches.counts('bat_1'))).toBe('running');
  await world.take(1);
  await world.succeed();
  const { sequence } = await world.batches.countsInSequence('bat_1');
  expect(await world.finish()).toBe(true);
  expect(batchStatus(await world.readBatch(), await world.batches.counts('bat_1'))).toBe('finished');
  // Those who listen live are told, though no count has changed.
  expect((await world.batches.countsInSequence('bat_1')).sequence).toBeGreaterThan(sequence);
});

it('what comes after a cancel is stored and not analysed', async () => {
  const world = await createZipWorld(numbers);
  await world.take(0);
  await world.batches.markCanceled('bat_1', new Date().toISOString());
  await world.take(1);
  expect(world.media.itemsOf('image')).toHaveLength(26);
  expect(world.media.itemsOf('job')).toHaveLength(25);
});
