import { expect, it } from 'vitest';
import { createVideoTransactions } from '../../../../core/adapters/dynamodb/records/video-transactions.ts';
import { type IncomingImage, storeAndRecord } from '../../../../core/domain/media/store-image.ts';
import { storeVideo } from '../../../../core/domain/media/store-video.ts';
import {
  createMediaWorld,
  type MediaWorld,
  MODEL,
  OPTIONS,
  zipUpload,
} from '../../../helpers/memory-table/media-world.ts';

const upload = zipUpload();
const entry: IncomingImage = {
  imageId: 'image-1',
  userId: 'usr_1',
  filename: 'a.jpg',
  bytes: new Uint8Array([1]),
  keep: 'compressed',
  options: OPTIONS,
  jobs: [{ id: 'job_1', model: MODEL }],
  holdId: 'upl_1',
};
const ended = { code: 'upload_ended' };

async function createWorld() {
  const world = createMediaWorld();
  await world.uploads.create(upload, {});
  return world;
}

const takeEntry = (world: MediaWorld, write: MediaWorld['images']['createOnce']) =>
  storeAndRecord(entry, write, world.ports);

it.each([
  ['is being ended by the reconciler', ({ uploads }: MediaWorld) => uploads.close('upl_1')],
  ['has ended', ({ uploads }: MediaWorld) => uploads.fail(upload, { name: 'a', code: 'b', detail: 'c' })],
  ['is gone with its user', ({ table }: MediaWorld) => table.entities.upload.delete({ id: 'upl_1' }).go()],
])(
  'an entry is neither recorded nor charged, and its object is removed, where the upload %s',
  async (_, end) => {
    const world = await createWorld();
    const late: MediaWorld['images']['createOnce'] = async (stored) => {
      await end(world);
      await world.images.createOnce(stored);
    };
    await expect(takeEntry(world, late)).rejects.toMatchObject(ended);
    expect(world.counts.puts).toBe(1);
    expect([...world.objects.keys()]).toEqual([]);
    for (const entity of ['image', 'imageContent', 'job', 'creditCharge']) {
      expect(world.itemsOf(entity).filter(({ status }) => status !== 'granted')).toEqual([]);
    }
  },
);

it('an entry that was recorded before the upload ended stays, however often its delivery repeats', async () => {
  const world = await createWorld();
  await takeEntry(world, world.images.createOnce);
  await world.uploads.close('upl_1');
  await takeEntry(world, world.images.createOnce);
  expect([...world.objects.keys()]).toEqual(['images/image-1']);
  expect(world.itemsOf('upload')).toMatchObject([{ cost: 760 }]);
});

it('an image whose upload was ended meanwhile leaves nothing behind', async () => {
  const world = await createWorld();
  const write: MediaWorld['images']['createOnce'] = async (stored) => {
    await world.uploads.close('upl_1');
    await world.uploads.complete(upload, stored);
  };
  await expect(takeEntry(world, write)).rejects.toMatchObject(ended);
  expect([...world.objects.keys()]).toEqual([]);
});

it('a video whose upload was ended meanwhile leaves nothing behind', async () => {
  const world = await createWorld();
  world.objects.set('videos/video-1', new Uint8Array([1]));
  const facts = { width: 1, height: 1, durationSeconds: 1, frameRate: 1, contentType: 'video/mp4' } as const;
  const incoming = { ...upload, uploadId: 'upl_1', videoId: 'video-1' };
  const { createOnce } = createVideoTransactions(world.credits);
  await world.uploads.close('upl_1');
  const storing = storeVideo(incoming, {
    ...world.ports,
    probeVideo: async () => facts,
    videos: { createOnce },
    objects: { ...world.ports.objects, read: async function* () {} },
    videoLimits: { frames: 9, segmentFrames: 9 },
  });
  await expect(storing).rejects.toMatchObject(ended);
  expect(world.itemsOf('video')).toEqual([]);
  expect([...world.objects.keys()]).toEqual([]);
});
