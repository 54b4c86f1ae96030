import { describe, expect, it } from 'vitest';
import { createApiKeyRecords } from '../../../../core/adapters/dynamodb/records/api-key-records.ts';
import {
  createDeliveryRecords,
  createDeliveryRemover,
} from '../../../../core/adapters/dynamodb/records/delivery-records.ts';
import { createJobRemover } from '../../../../core/adapters/dynamodb/records/job-remover.ts';
import { createSessionRecords } from '../../../../core/adapters/dynamodb/records/session-records.ts';
import {
  createVideoSegmentRemover,
  createVideoSegments,
} from '../../../../core/adapters/dynamodb/records/video-segments.ts';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import { type PurgeMediaPorts, purgeMedia } from '../../../../core/domain/cleanup/purge-media.ts';
import { planDelivery } from '../../../../core/domain/entities/delivery.ts';
import type { Job } from '../../../../core/domain/entities/job.ts';
import type { Webhook } from '../../../../core/domain/entities/webhook.ts';
import { storeAndRecord } from '../../../../core/domain/media/store-image.ts';
import { createBatchWorld } from '../../../helpers/memory-table/batch-world.ts';
import { createMediaWorld, MODEL, OPTIONS } from '../../../helpers/memory-table/media-world.ts';

const now = () => new Date();
const bytes = new Uint8Array([1, 2, 3]);

async function storeOne(world: ReturnType<typeof createMediaWorld>, imageId: string) {
  const { ports, images } = world;
  return storeAndRecord(
    {
      imageId,
      userId: 'usr_1',
      filename: 'a.jpg',
      bytes,
      keep: 'compressed',
      options: OPTIONS,
      jobs: [{ id: `job_${imageId}`, model: MODEL }],
    },
    (each) => images.create(each, undefined),
    ports,
  );
}

const purgePorts = (world: ReturnType<typeof createMediaWorld>): PurgeMediaPorts => ({
  jobs: createJobRemover(world.table, { now, credits: world.credits }),
  resultCache: world.ports.resultCache,
  datasetItems: world.datasetItems,
  images: world.images,
  removeDeliveries: createDeliveryRemover(world.table),
  removeSegments: createVideoSegmentRemover(world.table),
  objects: world.ports.objects,
});
const refundsIn = ({ itemsOf }: ReturnType<typeof createMediaWorld>) =>
  itemsOf('creditEntry').filter(({ kind }) => kind === 'refund');

it('gives back what a queued job was charged whose image is deleted', async () => {
  const world = createMediaWorld();
  const { image } = await storeOne(world, 'image-1');
  await world.images.remove(image);
  await purgeMedia({ kind: 'image', ...image }, purgePorts(world));
  expect(refundsIn(world)).toMatchObject([{ items: ['job:job_image-1'], amount: 10 }]);
  expect(world.itemsOf('job')).toEqual([]);
});

it('leaves nothing that a worker has written while the image of its job was purged', async () => {
  const world = createMediaWorld();
  const { image } = await storeOne(world, 'image-1');
  world.objects.set('thumbnails/image-1.webp', bytes);
  await world.images.remove(image);
  const ports = purgePorts(world);
  const remove = async (jobId: string) => {
    world.objects.set(`results/${jobId}.json`, bytes);
    await ports.jobs.remove(jobId);
  };
  await purgeMedia({ kind: 'image', ...image }, { ...ports, jobs: { ...ports.jobs, remove } });
  expect([...world.objects.keys()]).toEqual([]);
});

it('removes what was sent to a webhook that is gone, and to no other', async () => {
  const world = createMediaWorld();
  const deliveries = createDeliveryRecords(world.table, now);
  for (const webhookId of ['whk_1', 'whk_2']) {
    const webhook = { id: webhookId, userId: 'usr_1' } as Webhook;
    for (let index = 0; index < 60; index += 1) {
      const event = { type: 'ping', timestamp: now().toISOString(), data: {} } as never;
      await deliveries.create(planDelivery({ id: `evt_${index}`, event }, webhook, now()));
    }
  }
  await purgeMedia({ kind: 'webhook', id: 'whk_1' }, purgePorts(world));
  const left = world.itemsOf('delivery').map(({ webhookId }) => webhookId);
  expect(left).toEqual(Array.from({ length: 60 }, () => 'whk_2'));
});

describe('a job whose batch is gone, because its user is being erased', () => {
  async function orphanJob() {
    const { media, worker, table, plan, process, jobsOf } = createBatchWorld();
    const batch = await plan(1);
    await process(batch);
    const [job] = await jobsOf(batch);
    if (job === undefined) throw new Error('The batch has no job.');
    const { batchCounter } = table.entities;
    const { data: counters } = await batchCounter.query.byBatch({ batchId: batch.id }).go();
    await batchCounter.delete(counters).go();
    return { media, worker, job };
  }

  it('is removed with its image', async () => {
    const { media, job } = await orphanJob();
    await purgePorts(media).jobs.remove(job.id);
    expect(media.itemsOf('job')).toEqual([]);
  });

  it('is done by who takes it, or ends as failed', async () => {
    const { media, worker, job } = await orphanJob();
    const claimed = await worker.claim({ jobId: job.id });
    expect(claimed?.attempts).toBe(1);
    await worker.fail({ ...job, ...claimed } as Job, { code: 'image_gone', detail: 'deleted' });
    expect(media.itemsOf('job')).toMatchObject([{ status: 'failed' }]);
    expect(media.itemsOf('batchCounter')).toEqual([]);
  });
});

it('gives back what a job was charged that finds its image gone', async () => {
  const { media, worker } = createBatchWorld();
  await storeOne(media, 'image-1');
  const job = await worker.claim({ jobId: 'job_image-1' });
  if (job === undefined) throw new Error('The job is not to be had.');
  await worker.fail(job, { code: 'image_gone', detail: 'deleted' });
  expect(refundsIn(media)).toHaveLength(1);
});

it('leaves the claim of the image that has taken over its bytes', async () => {
  const world = createMediaWorld();
  const { image: old } = await storeOne(world, 'old');
  await world.table.entities.image.patch({ id: 'old' }).set({ expiresAt: '2020-01-01T00:00:00.000Z' }).go();
  await storeOne(world, 'new');
  await world.images.remove(old);
  expect(world.itemsOf('imageContent')).toMatchObject([{ imageId: 'new' }]);
});

it('removes every session of a user also where the table is too busy to do so at once', async () => {
  const { table, memory, itemsOf } = createMediaWorld();
  const sessions = createSessionRecords(table);
  for (let index = 0; index < 30; index += 1) {
    const expiresAt = new Date(Date.now() + 1000).toISOString();
    await sessions.create({ id: `ses_${index}`, userId: 'usr_1', expiresAt }, 'h');
  }
  memory.throttleBatchWrites();
  await sessions.removeAll('usr_1', 'ses_3');
  expect(itemsOf('session')).toMatchObject([{ id: 'ses_3' }]);
  expect(itemsOf('credential')).toMatchObject([{ holder: 'ses_3' }]);
});

it('revokes every API key of a user also where the table is too busy to do so at once', async () => {
  const { table, memory, itemsOf } = createMediaWorld();
  const apiKeys = createApiKeyRecords(table);
  for (let index = 0; index < 8; index += 1) {
    await apiKeys.create({
      id: `key_${index}`,
      userId: 'usr_1',
      hash: `h${index}`,
      name: 'a',
      prefix: 'sk_',
      scopes: ['read'],
      createdAt: now().toISOString(),
    } as never);
  }
  memory.throttleBatchWrites();
  await apiKeys.removeAll('usr_1');
  expect(itemsOf('apiKey')).toEqual([]);
});

it('leaves the last attempt of a video alone as long as its segments come', async () => {
  const { table, itemsOf } = createMediaWorld();
  const leaseSeconds = 7200;
  const video = { framesPerSecond: 1, segmentFrames: 1, segmentCount: 2, frameCount: 2 };
  const job: Job = {
    id: 'job_1',
    userId: 'usr_1',
    mediaId: 'video-1',
    model: { id: 'food', version: '1' },
    video,
    options: OPTIONS,
    status: 'running',
    createdAt: now().toISOString(),
    attempts: 3,
  };
  await table.entities.job.create(job).go();
  await createVideoSegments(table, { leaseSeconds, now }).add(job, { segment: 0, frames: [], peaks: [] });
  const [stored] = itemsOf('job');
  expect(Date.parse(stored?.reconcileAt ?? '')).toBeGreaterThan(Date.now() + leaseSeconds * 1000);
});

it('removes the segments of a job that has ended, and leaves its result', async () => {
  const world = createMediaWorld();
  const { videoSegment } = world.table.entities;
  for (const jobId of ['job_1', 'job_2']) {
    for (const segment of [0, 1, 59]) {
      await videoSegment.put({ jobId, segment, outcome: { frames: [], peaks: [] } }).go();
      world.objects.set(`results/${jobId}/${segment}.jsonl`, bytes);
    }
    world.objects.set(`results/${jobId}.jsonl`, bytes);
  }
  await purgeMedia({ kind: 'segments', id: 'job_1', count: 60 }, purgePorts(world));
  expect(world.itemsOf('videoSegment').map(({ jobId }) => jobId)).toEqual(['job_2', 'job_2', 'job_2']);
  expect([...world.objects.keys()]).toEqual([
    'results/job_1.jsonl',
    ...[0, 1, 59].map((segment) => `results/job_2/${segment}.jsonl`),
    'results/job_2.jsonl',
  ]);
});

it('refuses options that would not fit a hundred times into one transaction', () => {
  const regions = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => [1234.5, 2345.5]));
  expect(AnalysisOptions.safeParse({ regions }).error?.issues[0]?.message).toContain('16000 bytes');
  expect(AnalysisOptions.safeParse({ regions: regions.slice(0, 5) }).success).toBe(true);
});

it('makes the jobs of a part whose known results are large in transactions that the table takes', async () => {
  const { plan, process, jobsOf, media, batches, table } = createBatchWorld();
  const summary = Array.from({ length: 900 }, (_, index) => ({
    class: `a class with a long name, number ${index}`,
    count: 3000,
    pixels: 12_345_678,
    share: 0.123_456_789,
    cm2: null,
  }));
  const earlier: Job = {
    id: 'job_earlier',
    userId: 'usr_1',
    mediaId: 'image-1',
    model: { id: 'food', version: '1' },
    options: OPTIONS,
    status: 'succeeded',
    summary,
    createdAt: now().toISOString(),
    attempts: 1,
  };
  await table.entities.job.create(earlier).go();
  const batch = await plan(60);
  const part = await batches.findPart(batch.id, 0);
  const jobs = part?.jobs.map((each) => ({ ...each, resultOf: earlier.id })) ?? [];
  await table.entities.batchPart.patch({ batchId: batch.id, part: 0 }).set({ jobs }).go();
  await process(batch);
  expect((await jobsOf(batch)).filter(({ status }) => status === 'succeeded')).toHaveLength(60);
  expect(media.itemsOf('job')).toHaveLength(61);
});
