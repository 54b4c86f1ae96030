import { expect, it } from 'vitest';
import { createStalledUploads } from '../../../../core/adapters/dynamodb/records/unreconciled-records.ts';
import { finishDeadUploads } from '../../../../core/domain/cleanup/finish-dead-uploads.ts';
import { finishStalledUpload } from '../../../../core/domain/cleanup/finish-stalled-upload.ts';
import type { Upload } from '../../../../core/domain/entities/upload.ts';
import { createMediaWorld, MODEL, OPTIONS } from '../../../helpers/memory-table/media-world.ts';

const HOUR_MS = 3600 * 1000;
/** As long as the queue keeps a message. */
const RETENTION_MS = 4 * 24 * HOUR_MS;
const expiresAt = new Date(Date.now() + HOUR_MS);
const after = (milliseconds: number) => new Date(expiresAt.getTime() + milliseconds);

const waiting: Upload = {
  id: 'upl_1',
  userId: 'usr_1',
  kind: 'image',
  filename: 'a.jpg',
  keep: 'compressed',
  framesPerSecond: 1,
  options: OPTIONS,
  mediaId: 'image-1',
  jobs: [{ id: 'job_1', model: MODEL }],
  status: 'waiting',
  images: [],
  videos: [],
  refused: [],
  createdAt: new Date().toISOString(),
  expiresAt: expiresAt.toISOString(),
};

async function createWorld() {
  const { table, uploads, images, videos, datasetItems, ports, itemsOf } = createMediaWorld();
  const hold = { userId: 'usr_1', id: 'upl_1', left: 760, expiresAt: after(RETENTION_MS).toISOString() };
  await uploads.create(waiting, { hold });
  const cleanup = { uploads, images, videos, datasetItems, objects: ports.objects, now: ports.now };
  return { uploads, itemsOf, cleanup, listStalled: createStalledUploads(table) };
}

type World = Awaited<ReturnType<typeof createWorld>>;

async function expectFailed({ uploads, itemsOf }: World): Promise<void> {
  expect(await uploads.find('upl_1')).toMatchObject({
    status: 'failed',
    refused: [{ name: 'a.jpg', code: 'upload_failed' }],
    finishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  expect(itemsOf('creditHold')).toEqual([]);
  // What comes after it finds nothing to do.
  expect(await uploads.claim('upl_1', 'v1')).toBeUndefined();
}

it('an upload that nobody could ever claim ends by itself, once the queue can have no message of it', async () => {
  const world = await createWorld();
  expect(await world.listStalled(after(RETENTION_MS))).toEqual([]);
  const stalled = await world.listStalled(after(RETENTION_MS + 2 * HOUR_MS));
  expect(stalled).toMatchObject([{ id: 'upl_1', status: 'waiting' }]);
  for (const upload of stalled) await finishStalledUpload(upload, world.cleanup);
  await expectFailed(world);
});

it('it ends at once where its message is among the dead letters', async () => {
  const world = await createWorld();
  const listDeadUploads = async () => [{ uploadId: 'upl_1' }];
  expect(await finishDeadUploads({ ...world.cleanup, listDeadUploads })).toBe(1);
  await expectFailed(world);
});

it('it goes on where somebody claims it in the very moment', async () => {
  const world = await createWorld();
  await world.uploads.claim('upl_1', 'v1');
  await world.uploads.fail(waiting, { name: 'a.jpg', code: 'upload_failed', detail: '' });
  expect(await world.uploads.find('upl_1')).toMatchObject({ status: 'processing' });
  const later = after(RETENTION_MS + 2 * HOUR_MS);
  expect(await world.listStalled(later)).toMatchObject([{ status: 'processing' }]);
});
