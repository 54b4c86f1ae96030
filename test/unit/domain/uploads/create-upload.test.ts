import { expect, it } from 'vitest';
import type { CreditPrices } from '../../../../core/domain/entities/credits.ts';
import type { RequestOrigin } from '../../../../core/domain/entities/ids.ts';
import { IMAGE_VIEW_LIMIT } from '../../../../core/domain/entities/views.ts';
import { type CreateUploadPorts, createUpload } from '../../../../core/domain/uploads/create-upload.ts';
import { createMediaWorld, MODEL, OPTIONS } from '../../../helpers/memory-table/media-world.ts';

const principal = { userId: 'usr_1', role: 'user', scopes: ['write'] } as const;
const body = {
  kind: 'image',
  filename: 'a.jpg',
  contentType: 'image/jpeg',
  sizeBytes: 3,
  keep: 'compressed',
  models: ['food'],
  framesPerSecond: 1,
  options: OPTIONS,
} as const;

function createPorts(prices?: CreditPrices) {
  const world = createMediaWorld();
  const { uploads, datasets, ports: store } = world;
  const ports: CreateUploadPorts = {
    uploads,
    datasets,
    prices: prices ?? store.prices,
    now: store.now,
    openJobLimit: 1,
    hasGpu: false,
    models: { list: async () => [{ ...MODEL, status: 'available', registeredAt: '' }] } as never,
    presignUpload: async ({ key }) => ({ url: 'http://bucket', fields: { key } }),
    limits: { bytes: { image: 10, zip: 10, video: 10 }, expirySeconds: 60, open: 2 },
    webhooks: {} as never,
    sealSecret: {} as never,
    webhookUrls: {} as never,
  };
  const ask = (origin: RequestOrigin, changes: object = {}) =>
    createUpload(
      { ...body, ...changes } as never,
      { principal, origin, prefetched: { openJobs: 0 } } as never,
      ports,
    );
  return { ...world, ask };
}

it('holds as much as can be charged: an analysis, or as many as an image may have tiles', async () => {
  const { ask, itemsOf } = createPorts({ image: 1000, videoFrame: 0, analysis: 10 });
  await ask({ id: 'whole', isRepeat: false });
  await ask({ id: 'tiled', isRepeat: false }, { options: { ...OPTIONS, tiles: { overlap: 0.2 } } });
  expect(itemsOf('creditHold').map(({ left }) => left)).toEqual([1010, 1000 + IMAGE_VIEW_LIMIT * 10]);
});

it('asks for one upload, and holds once, what is asked for again because the answer was lost', async () => {
  const { ask, itemsOf } = createPorts();
  const first = await ask({ id: 'o', isRepeat: false });
  const again = await ask({ id: 'o', isRepeat: true });
  const atOnce = await ask({ id: 'o', isRepeat: false });
  const { jobs, mediaId } = first.upload;
  for (const { fields, upload } of [again, atOnce]) {
    expect(fields).toEqual(first.fields);
    expect({ jobs: upload.jobs, mediaId: upload.mediaId }).toEqual({ jobs, mediaId });
  }
  expect(itemsOf('upload')).toHaveLength(1);
  expect(itemsOf('creditHold')).toHaveLength(1);
});

it('gives a user as many forms as may be open, and another one where an upload has ended', async () => {
  const { ask, uploads } = createPorts();
  const { upload } = await ask({ id: 'first', isRepeat: false });
  await ask({ id: 'second', isRepeat: false });
  const third = () => ask({ id: 'third', isRepeat: false });
  await expect(third()).rejects.toMatchObject({ code: 'too_many_open_uploads' });
  // The answer to one that was made may have been lost.
  expect((await ask({ id: 'second', isRepeat: false })).fields).toBeDefined();
  for (const _ of [1, 2]) await uploads.fail(upload, { name: 'a.jpg', code: 'upload_failed', detail: '' });
  await third();
  await expect(ask({ id: 'fourth', isRepeat: false })).rejects.toMatchObject({
    code: 'too_many_open_uploads',
  });
});
