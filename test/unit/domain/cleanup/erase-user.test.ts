import { expect, it } from 'vitest';
import { createUserErasure } from '../../../../core/adapters/dynamodb/records/user-erasure.ts';
import { eraseUser } from '../../../../core/domain/cleanup/erase-user.ts';
import { storeAndRecord } from '../../../../core/domain/media/store-image.ts';
import { createMediaWorld, MODEL, OPTIONS, zipUpload } from '../../../helpers/memory-table/media-world.ts';

async function createWorld() {
  const world = createMediaWorld();
  for (let index = 0; index < 8; index += 1) {
    await storeAndRecord(
      {
        imageId: `image-${index}`,
        userId: 'usr_1',
        filename: 'a.jpg',
        keep: 'compressed',
        bytes: new Uint8Array([index]),
        options: OPTIONS,
        jobs: [{ id: `job_${index}`, model: MODEL }],
      },
      (each) => world.images.create(each, undefined),
      world.ports,
    );
  }
  const { objects } = world.ports;
  const erase = (userExists: boolean) =>
    eraseUser('usr_1', {
      userData: createUserErasure(world.table),
      objects,
      userExists: async () => userExists,
    });
  return { world, erase };
}

it('erases all that a user owned also where the table is too busy to do so at once', async () => {
  const { world, erase } = await createWorld();
  world.memory.throttleBatchWrites();
  world.objects.set('thumbnails/image-3.webp', new Uint8Array());
  expect(await erase(false)).toBe('erased');
  const left = ['image', 'job', 'creditEntry', 'creditCharge', 'creditAccount', 'openJobCount'];
  expect(left.flatMap((entity) => world.itemsOf(entity))).toEqual([]);
  expect([...world.objects.keys()]).toEqual([]);
});

it('touches nothing of a user who is still there, and is done: the account was not deleted after all', async () => {
  const { world, erase } = await createWorld();
  expect(await erase(true)).toBe('kept');
  expect(world.itemsOf('image')).toHaveLength(8);
  expect(world.objects.size).toBe(8);
});

it('leaves nothing that a worker has written while its job was erased', async () => {
  const { world } = await createWorld();
  const userData = createUserErasure(world.table);
  const { objects } = world.ports;
  const nextPage: typeof userData.nextPage = async (userId) => {
    const page = await userData.nextPage(userId);
    if (page === undefined) return undefined;
    const remove = async () => {
      for (const { id } of page.jobs) world.objects.set(`results/${id}.json`, new Uint8Array());
      await page.remove();
    };
    return { ...page, remove };
  };
  await eraseUser('usr_1', { userData: { nextPage }, objects, userExists: async () => false });
  expect([...world.objects.keys()]).toEqual([]);
});

it('has a page of what a user owned in memory, however much lies under one record', async () => {
  let mostRead = 0;
  const { table, memory, ports } = createMediaWorld(async (_, run) => {
    const answer = run();
    const { Items: items = [] } = answer as { Items?: unknown[] };
    mostRead = Math.max(mostRead, items.length);
    return answer;
  });
  const { delivery, datasetItem, uploadChunk, videoSegment, job, ...owners } = table.entities;
  const at = new Date().toISOString();
  const own = { userId: 'usr_1', createdAt: at, modifiedAt: at };
  const counts = { imageCount: 0, videoCount: 0, cost: 0 };
  const video = { framesPerSecond: 1, segmentFrames: 1, segmentCount: 120, frameCount: 120 };
  const model = { id: 'food', version: '1' };
  const asked = { id: 'job_1', mediaId: 'video-1', model, video, options: OPTIONS };
  await job.put({ ...own, ...asked, status: 'failed', attempts: 1 }).go();
  const address = { url: 'https://a.example/', events: ['job.*'], secrets: [] } as const;
  await owners.webhook.put({ ...own, ...address, id: 'whk_1', status: 'enabled' }).go();
  await owners.dataset.put({ ...own, ...counts, id: 'ds_1', name: 'a', tags: [] }).go();
  await owners.upload.put({ ...zipUpload(), jobs: [], images: [], videos: [], refused: [] }).go();
  for (let index = 0; index < 120; index += 1) {
    const id = String(index).padStart(3, '0');
    const sent = { status: 'failed', attempts: [], earlierAttempts: 0, dueAt: at } as const;
    const event = { eventId: id, type: 'job.failed', body: '{}' };
    await delivery.put({ ...own, ...sent, ...event, id, webhookId: 'whk_1' }).go();
    await datasetItem
      .put({ userId: 'usr_1', datasetId: 'ds_1', type: 'image', itemId: id, cost: 0, addedAt: at })
      .go();
    await uploadChunk.put({ id: 'upl_1', chunk: index, images: [], videos: [], refused: [] }).go();
    await videoSegment.put({ jobId: 'job_1', segment: index, outcome: { frames: [], peaks: [] } }).go();
  }
  mostRead = 0;
  const userData = createUserErasure(table);
  await eraseUser('usr_1', { userData, objects: ports.objects, userExists: async () => false });
  expect([...memory.items.values()]).toEqual([]);
  expect(mostRead).toBeLessThanOrEqual(50);
});
