import { expect, it } from 'vitest';
import type { RequestOrigin } from '../../../../core/domain/entities/ids.ts';
import { type CreateUploadPorts, createUpload } from '../../../../core/domain/uploads/create-upload.ts';
import { createMediaWorld, MODEL, OPTIONS } from '../../../helpers/memory-table/media-world.ts';

const principal = { userId: 'usr_1', role: 'user', scopes: ['write'] } as const;
const body = {
  ...{ kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 3, keep: 'compressed' },
  ...{ models: ['food'], framesPerSecond: 1, options: OPTIONS },
} as const;

it('asks for one upload, and holds once, what is asked for again because the answer was lost', async () => {
  const { uploads, itemsOf, ports: store } = createMediaWorld();
  const ports: CreateUploadPorts = {
    ...{ uploads, prices: store.prices, now: store.now, openJobLimit: 1 },
    models: { list: async () => [{ ...MODEL, status: 'available', registeredAt: '' }] } as never,
    presignUpload: async ({ key }) => ({ url: 'http://bucket', fields: { key } }),
    limits: { bytes: { image: 10, zip: 10, video: 10 }, expirySeconds: 60 },
    ...{ webhooks: {} as never, sealSecret: {} as never, webhookUrls: {} as never },
  };
  const ask = (origin: RequestOrigin) =>
    createUpload(body as never, { principal, origin, prefetched: { openJobs: 0 } } as never, ports);
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
