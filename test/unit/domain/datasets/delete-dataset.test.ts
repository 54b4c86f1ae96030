import { expect, it } from 'vitest';
import { createAttachmentRecords } from '../../../../core/adapters/dynamodb/records/attachment-records.ts';
import { createDataset, deleteDataset } from '../../../../core/domain/datasets/manage-datasets.ts';
import { DatasetNotFoundError } from '../../../../core/domain/entities/dataset.ts';
import type { Principal } from '../../../../core/domain/entities/principal.ts';
import { createMediaWorld } from '../../../helpers/memory-table/media-world.ts';

const now = () => new Date();
const principal = { userId: 'usr_1', scopes: ['write'] } as unknown as Principal;

/** A dataset of images and videos; `dieAt` is the transaction before which the function is killed. */
async function createWorld(imageCount: number, videoCount = 0) {
  let left = Number.POSITIVE_INFINITY;
  let before = async () => {};
  const world = createMediaWorld(async (command, run) => {
    if (command !== 'TransactWriteCommand') return run();
    left -= 1;
    if (left < 0) throw new Error('the function was killed');
    const act = before;
    before = async () => {};
    await act();
    return run();
  });
  const { datasets, datasetItems } = world;
  const ports = { datasets, datasetItems, now };
  const dataset = await createDataset({ name: 'Lunch', tags: [] }, principal, ports);
  const put = (type: 'image' | 'video', itemId: string) =>
    datasetItems.add({
      datasetId: dataset.id,
      userId: 'usr_1',
      type,
      itemId,
      cost: 0.5,
      addedAt: now().toISOString(),
    });
  for (let index = 0; index < imageCount; index += 1) await put('image', `image-${index}`);
  for (let index = 0; index < videoCount; index += 1) await put('video', `video-${index}`);
  const remove = () => deleteDataset(dataset.id, principal, ports);
  const dieAt = async (transaction: number) => {
    left = transaction;
    await expect(remove()).rejects.toThrow('killed');
    left = Number.POSITIVE_INFINITY;
  };
  const doBefore = (act: typeof before) => {
    before = act;
  };
  return { world, dataset, put, remove, dieAt, doBefore };
}

it('deletes a dataset with its list, however long', async () => {
  const { world, remove } = await createWorld(150, 60);
  await remove();
  expect([...world.memory.items.values()]).toEqual([]);
});

it('leaves a smaller dataset with exact counts where it dies half-way, and goes on when it is repeated', async () => {
  const { world, dataset, remove, dieAt } = await createWorld(3, 150);
  await dieAt(1);
  expect(await world.datasets.find(dataset.id)).toMatchObject({ imageCount: 0, videoCount: 54, cost: 27 });
  expect(world.itemsOf('datasetItem')).toHaveLength(54);
  await remove();
  expect([...world.memory.items.values()]).toEqual([]);
});

it('takes with it what is put in while it is deleted', async () => {
  const { world, put, remove, doBefore } = await createWorld(0);
  doBefore(() => put('image', 'late'));
  await remove();
  expect((await createAttachmentRecords(world.table).of('late')).datasets).toEqual([]);
});

it('deletes a dataset that is renamed meanwhile, and none that is gone', async () => {
  const { world, dataset, remove, doBefore } = await createWorld(1);
  const renamed = { name: 'Dinner', tags: [], modifiedAt: now().toISOString() };
  doBefore(async () => void (await world.datasets.change(dataset, renamed)));
  await remove();
  expect([...world.memory.items.values()]).toEqual([]);
  await expect(remove()).rejects.toThrow(DatasetNotFoundError);
  await expect(world.datasets.remove(dataset)).rejects.toThrow(DatasetNotFoundError);
});

it('takes an image out of a dataset that is gone', async () => {
  const { world, dataset } = await createWorld(2);
  await world.table.entities.dataset.delete({ id: dataset.id }).go();
  await world.datasetItems.removeFromAll('image-0');
  expect(world.itemsOf('datasetItem')).toMatchObject([{ itemId: 'image-1' }]);
  const item = { datasetId: dataset.id, type: 'image', itemId: 'image-1' } as const;
  expect(await world.datasetItems.remove(item)).toBe(true);
  expect(await world.datasetItems.remove(item)).toBe(false);
});
