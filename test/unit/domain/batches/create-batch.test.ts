import { describe, expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import { CreateBatchBody } from '../../../../core/contracts/http/batches.ts';
import type { BatchMessage } from '../../../../core/contracts/messages.ts';
import { type CreateBatchPorts, createBatch } from '../../../../core/domain/batches/create-batch.ts';
import type { Batch, BatchPart } from '../../../../core/domain/entities/batch.ts';
import type { CreditHold } from '../../../../core/domain/entities/credits.ts';
import type { Dataset, DatasetItem } from '../../../../core/domain/entities/dataset.ts';
import type { Image } from '../../../../core/domain/entities/image.ts';
import type { RegisteredModel } from '../../../../core/domain/entities/model.ts';
import type { Video } from '../../../../core/domain/entities/video.ts';
import { resultCacheKey } from '../../../../core/domain/media/result-cache.ts';
import type { RequestContext } from '../../../../core/domain/request/authenticate.ts';

const NOW = new Date('2026-01-02T00:00:00.000Z');
const PRICE = 250;
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const model = (id: string): RegisteredModel => ({
  id,
  version: '1',
  family: 'yolov8',
  task: 'segment',
  classes: ['pea'],
  licence: 'Apache-2.0',
  inputSize: { width: 64, height: 64 },
  sha256: id.repeat(64).slice(0, 64),
  status: 'available',
  registeredAt: '2026-01-01T00:00:00.000Z',
});
const models = [model('a'), model('b')];
const DATASET = `ds_${'1'.repeat(32)}`;
const dataset = { id: DATASET, userId: 'usr_1', name: 'peas' } as Dataset;
const inDataset = (type: DatasetItem['type'], itemId: string) => ({ type, itemId }) as DatasetItem;

interface World {
  readonly images?: readonly string[];
  readonly videos?: readonly Video[];
  readonly items?: readonly DatasetItem[];
  readonly known?: readonly { imageId: string; model: RegisteredModel; jobId: string }[];
  readonly openJobs?: number;
}

function createWorld({ images = [], videos = [], items = [], known = [], openJobs = 0 }: World) {
  const created: { batch: Batch; parts: readonly BatchPart[]; hold?: CreditHold | undefined }[] = [];
  const sent: BatchMessage[] = [];
  const webhooks: string[] = [];
  const ports: CreateBatchPorts = {
    models: { list: async () => models },
    images: {
      findOwn: async (references) =>
        new Map(
          references.flatMap((reference) => {
            // A hash is of the first image.
            const id = reference.length === 64 ? images[0] : images.find((each) => each === reference);
            return id === undefined ? [] : [[reference, { id } as Image] as const];
          }),
        ),
    },
    videos: {
      findOwn: async (ids) =>
        new Map(videos.filter(({ id }) => ids.includes(id)).map((video) => [video.id, video])),
    },
    videoLimits: { frames: 100, segmentFrames: 4 },
    datasets: { findByName: async (_, name) => (name === dataset.name ? dataset : undefined) },
    datasetItems: { all: async () => [...items] },
    resultCache: {
      find: async () =>
        new Map(
          known.map(({ imageId, model, jobId }) => [
            resultCacheKey({ imageId, model, options: AnalysisOptions.parse({}) }),
            { jobId, summary: [] },
          ]),
        ),
    },
    batches: {
      find: async () => undefined,
      create: async (batch, parts, { hold }) => Boolean(created.push({ batch, parts, hold })),
    },
    webhooks: { listOfUser: async () => [], create: async ({ url }) => void webhooks.push(url) },
    sealSecret: async () => 'sealed',
    webhookUrls: { loopbackAllowed: false },
    prices: { image: 0, videoFrame: 0, analysis: PRICE },
    openJobLimit: 10_000,
    hasGpu: false,
    batchQueue: { send: async (messages) => void sent.push(...messages) },
    now: () => NOW,
  };
  const context: RequestContext<'dataset' | 'openJobs' | 'credits'> = {
    principal: { userId: 'usr_1', scopes: ['write'] },
    prefetched: { openJobs, dataset, credits: undefined },
  };
  const create = (body: object) =>
    createBatch(CreateBatchBody.parse({ models: ['a', 'b'], ...body }), context, ports);
  const jobs = () => created.flatMap(({ parts }) => parts.flatMap((part) => part.jobs));
  return { create, created, sent, jobs, webhooks };
}

const video = (number: number, durationSeconds: number) => ({ id: uuid(number), durationSeconds }) as Video;

describe('a batch', () => {
  it('has one job for each image with each model, and holds what they will cost', async () => {
    const { create, created, sent, jobs } = createWorld({ images: [uuid(1), uuid(2)] });
    const batch = await create({ images: [uuid(1), uuid(2)], options: { confidence: 0.5 } });
    expect(batch).toEqual({
      id: expect.stringMatching(/^bat_/),
      userId: 'usr_1',
      models: [
        { id: 'a', version: '1' },
        { id: 'b', version: '1' },
      ],
      options: AnalysisOptions.parse({ confidence: 0.5 }),
      jobCount: 4,
      partCount: 1,
      createdAt: NOW.toISOString(),
    });
    expect(jobs().map(({ mediaId, model }) => [mediaId, model.id])).toEqual([
      [uuid(1), 'a'],
      [uuid(1), 'b'],
      [uuid(2), 'a'],
      [uuid(2), 'b'],
    ]);
    expect(new Set(jobs().map(({ id }) => id))).toHaveLength(4);
    const expiresAt = '2026-01-03T00:00:00.000Z';
    expect(created[0]?.hold).toEqual({ userId: 'usr_1', id: batch.id, left: 4 * PRICE, expiresAt });
    expect(sent).toEqual([{ batchId: batch.id, part: 0, action: 'process' }]);
  });

  it('is divided into parts of a hundred jobs, each with a message of its own', async () => {
    const images = Array.from({ length: 125 }, (_, index) => uuid(index));
    const { create, created, sent } = createWorld({ images });
    const { id, partCount } = await create({ images });
    expect(partCount).toBe(3);
    expect(created[0]?.parts.map(({ batchId, part, jobs }) => [batchId, part, jobs.length])).toEqual([
      [id, 0, 100],
      [id, 1, 100],
      [id, 2, 50],
    ]);
    expect(sent).toEqual([0, 1, 2].map((part) => ({ batchId: id, part, action: 'process' })));
  });

  it('takes each image once, also where it is named by its id and by its bytes', async () => {
    const { create, jobs } = createWorld({ images: [uuid(1)] });
    await create({ images: [uuid(1), 'f'.repeat(64), uuid(1)], models: ['a', 'a@1'] });
    expect(jobs().map(({ mediaId }) => mediaId)).toEqual([uuid(1)]);
  });

  it('takes results that are there, and holds nothing for them', async () => {
    const known = [{ imageId: uuid(1), model: models[0] as RegisteredModel, jobId: 'job_earlier' }];
    const { create, created, jobs } = createWorld({ images: [uuid(1)], known });
    await create({ images: [uuid(1)] });
    expect(jobs().map(({ resultOf }) => resultOf)).toEqual(['job_earlier', undefined]);
    expect(created[0]?.hold?.left).toBe(PRICE);
  });

  it('of nothing but results that are there holds nothing at all', async () => {
    const known = models.map((each) => ({ imageId: uuid(1), model: each, jobId: `job_${each.id}` }));
    const { create, created } = createWorld({ images: [uuid(1)], known });
    await create({ images: [uuid(1)] });
    expect(created[0]?.hold).toBeUndefined();
  });

  it('plans videos by their frames', async () => {
    const { create, created, jobs } = createWorld({ videos: [video(5, 4.5)] });
    const batch = await create({ videos: [uuid(5)], models: ['a'], framesPerSecond: 2 });
    expect(batch).toMatchObject({ jobCount: 1, videoJobCount: 1 });
    expect(jobs()[0]?.video).toEqual({
      framesPerSecond: 2,
      segmentFrames: 4,
      frameCount: 9,
      segmentCount: 3,
    });
    expect(created[0]?.hold?.left).toBe(9 * PRICE);
  });

  it('takes all that is in a dataset but what is being deleted or has expired', async () => {
    const items = [
      ...[inDataset('image', uuid(1)), inDataset('image', uuid(2))],
      ...[inDataset('video', uuid(5)), inDataset('video', uuid(6))],
    ];
    const { create, jobs } = createWorld({ images: [uuid(1)], videos: [video(5, 3)], items });
    expect(await create({ dataset: DATASET, models: ['a'] })).toMatchObject({
      jobCount: 2,
    });
    expect(jobs().map(({ mediaId }) => mediaId)).toEqual([uuid(1), uuid(5)]);
  });

  it('tells the webhook that it names', async () => {
    const { create, webhooks } = createWorld({ images: [uuid(1)] });
    const { webhookId } = await create({ images: [uuid(1)], webhook: 'https://example.com/hook' });
    expect(webhookId).toMatch(/^whk_/);
    expect(webhooks).toEqual(['https://example.com/hook']);
  });
});

describe('a batch is refused, and nothing is written or sent, where', () => {
  const one = { images: [uuid(1)] };
  const many = Array.from({ length: 5001 }, (_, index) => uuid(index));
  const huge = { images: many, items: many.map((id) => inDataset('image', id)) };
  const aDataset = { dataset: DATASET, models: ['a'] };

  it.each<[string, World, object, string]>([
    ['a model is unknown', one, { ...one, models: ['c'] }, 'unknown_model'],
    ['a class is unknown', one, { ...one, options: { classes: ['pea', 'fork'] } }, 'unknown_class'],
    ['an image is not the user’s', one, { images: [uuid(1), uuid(2)] }, 'unknown_images'],
    ['a video is not the user’s', {}, { videos: [uuid(5)] }, 'unknown_videos'],
    ['a video gives too many frames', { videos: [video(5, 101)] }, { videos: [uuid(5)] }, 'too_many_frames'],
    ['the dataset is empty', {}, aDataset, 'empty_batch'],
    ['it would have too many jobs', huge, aDataset, 'batch_too_large'],
    ['the user has too many jobs', { ...one, openJobs: 9_999 }, one, 'too_many_open_jobs'],
    ['the webhook may not be called', one, { ...one, webhook: 'https://10.0.0.1/' }, 'webhook_url_refused'],
  ])('%s', async (_, world, body, code) => {
    const { create, created, sent } = createWorld(world);
    await expect(create(body)).rejects.toMatchObject({ code });
    expect([created, sent]).toEqual([[], []]);
  });
});
