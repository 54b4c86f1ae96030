import { expect, it } from 'vitest';
import { createIdempotencyRecords } from '../../../../core/adapters/dynamodb/records/idempotency-records.ts';
import { type CreateBatchPorts, createBatch } from '../../../../core/domain/batches/create-batch.ts';
import type { RequestOrigin } from '../../../../core/domain/entities/ids.ts';
import { createBatchWorld } from '../../../helpers/memory-table/batch-world.ts';
import { MODEL } from '../../../helpers/memory-table/media-world.ts';

const principal = { userId: 'usr_1', role: 'user', scopes: ['write'] } as const;
const body = { images: ['image-1', 'image-2'], models: ['food'] };

function createWorld() {
  const world = createBatchWorld();
  const ports: CreateBatchPorts = {
    ...world.ports,
    models: { list: async () => [{ ...MODEL, status: 'available', registeredAt: '' }] } as never,
    images: {
      findOwn: async (ids, userId) => new Map(ids.map((id) => [id, { id, userId } as never])),
    },
    videos: { findOwn: async () => new Map() },
    videoLimits: { frames: 1, segmentFrames: 1 },
    datasets: world.media.datasets,
    datasetItems: { all: async () => [] },
    resultCache: world.media.ports.resultCache,
    openJobLimit: 3,
    hasGpu: false,
    webhooks: {} as never,
    sealSecret: {} as never,
    webhookUrls: {} as never,
  };
  const ask = (origin: RequestOrigin | undefined, openJobs = 0, changes: Partial<CreateBatchPorts> = {}) =>
    createBatch(body, { principal, origin, prefetched: { openJobs } } as never, { ...ports, ...changes });
  const { media, told } = world;
  return { media, told, ask };
}

it('makes one batch and one hold of a request whose first answer was lost, and tells the workers again', async () => {
  const { ask, media, told } = createWorld();
  const lost = { batchQueue: { send: () => Promise.reject(new Error('unreachable')) } };
  await expect(ask({ id: 'o', isRepeat: false }, 0, lost)).rejects.toThrow('unreachable');
  // By now the batch's own jobs fill the quota: that is no reason to refuse it.
  const batch = await ask({ id: 'o', isRepeat: true }, 2);
  expect(media.itemsOf('batch')).toMatchObject([{ id: batch.id }]);
  expect(media.itemsOf('creditHold')).toHaveLength(1);
  expect(told).toMatchObject([{ batchId: batch.id, part: 0 }]);
});

it('makes one batch of a request that runs twice at once', async () => {
  const { ask, media } = createWorld();
  const origin = { id: 'o', isRepeat: false };
  const [a, b] = await Promise.all([ask(origin), ask(origin)]);
  expect(a.id).toBe(b.id);
  expect(media.itemsOf('batch')).toHaveLength(1);
  expect(media.itemsOf('creditHold')).toHaveLength(1);
});

it('makes two of two requests', async () => {
  const { ask } = createWorld();
  expect((await ask(undefined)).id).not.toBe((await ask(undefined)).id);
});

it('knows the repeats of a request by its origin, whether it failed or died, for a day', async () => {
  const { table } = createBatchWorld();
  let at = Date.parse('2026-01-01T00:00:00Z');
  const records = createIdempotencyRecords(table, () => new Date(at));
  const request = { id: 'k', fingerprint: 'f' };
  const first = await records.take(request);
  expect(first).toMatchObject({ status: 'taken', origin: { isRepeat: false } });
  expect(await records.take(request)).toMatchObject({ status: 'running' });
  const repeat = { status: 'taken', origin: { ...('origin' in first && first.origin), isRepeat: true } };
  await records.allowRepeat(request);
  expect(await records.take({ ...request, fingerprint: 'another' })).toMatchObject({ fingerprint: 'f' });
  at += 1;
  expect(await records.take(request)).toEqual(repeat);
  at += 31_000;
  const both = await Promise.all([records.take(request), records.take(request)]);
  expect(both).toContainEqual(repeat);
  expect(both).toContainEqual({ status: 'running', fingerprint: 'f' });
  await records.release(request);
  expect(await records.take({ ...request, fingerprint: 'another' })).toMatchObject({ status: 'taken' });
  at += 25 * 3_600_000;
  const nextDay = await records.take(request);
  expect(nextDay).toMatchObject({ status: 'taken', origin: { isRepeat: false } });
  expect(nextDay).not.toEqual(first);
});
