import { expect, it } from 'vitest';
import { createUserErasure } from '../../../../core/adapters/dynamodb/records/user-erasure.ts';
import { eraseUser } from '../../../../core/domain/cleanup/erase-user.ts';
import { storeAndRecord } from '../../../../core/domain/media/store-image.ts';
import { createMediaWorld, MODEL, OPTIONS } from '../../../helpers/memory-table/media-world.ts';

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
  await erase(false);
  const left = ['image', 'job', 'creditEntry', 'creditCharge', 'creditAccount', 'openJobCount'];
  expect(left.flatMap((entity) => world.itemsOf(entity))).toEqual([]);
  expect([...world.objects.keys()]).toEqual([]);
});

it('touches nothing of a user who is still there', async () => {
  const { world, erase } = await createWorld();
  await expect(erase(true)).rejects.toThrow('There is still an account usr_1');
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
