import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import { toCredits, toThousandths } from '../../../domain/entities/credits.ts';
import {
  type DatasetItem,
  type DatasetItemKey,
  type DatasetItemRepository,
  DatasetNotFoundError,
} from '../../../domain/entities/dataset.ts';
import { deleteAll } from '../table/delete-all.ts';
import { readPage } from '../table/read-page.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';

/**
 * The parts of a transaction that put an item into its dataset and count it. The first fails where the item
 * is in already, the second where the dataset is gone or another's.
 */
export const datasetItemParts = ({ dataset, datasetItem }: TransactionEntities, item: DatasetItem) =>
  [
    datasetItem.create(item).commit(),
    dataset
      .patch({ id: item.datasetId })
      .set({ modifiedAt: item.addedAt })
      .add({ [countOf(item)]: 1, cost: item.cost })
      .where(({ userId }, { eq }) => eq(userId, item.userId))
      .commit(),
  ] as const;

/** As many as one transaction holds beside their dataset. */
export const ITEMS_AT_ONCE = 99;

/**
 * Takes items out of their dataset and counts them, together. Where the dataset is gone there is nothing to count in: what
 * was left of it goes alone.
 * @returns false where one of them was not in any more: then all the others are as they were.
 */
export async function takeOut(
  { transaction, entities }: SegmentryTable,
  { datasetId, items }: { datasetId: string; items: readonly Omit<DatasetItem, 'datasetId'>[] },
  now: Date,
): Promise<boolean> {
  const keys = items.map(({ type, itemId }) => ({ datasetId, type, itemId }));
  const imageCount = keys.filter(({ type }) => type === 'image').length;
  const cost = toCredits(items.reduce((sum, item) => sum + toThousandths(item.cost), 0));
  const failed = await writeTransaction(() =>
    transaction
      .write(({ dataset, datasetItem }) => [
        dataset
          .patch({ id: datasetId })
          .set({ modifiedAt: now.toISOString() })
          .add({ imageCount: -imageCount, videoCount: imageCount - keys.length, cost: -cost })
          .commit(),
        ...keys.map((key) => datasetItem.remove(key).commit()),
      ])
      .go(),
  );
  const isDatasetGone = failed.length === 1 && failed[0] === 0;
  if (isDatasetGone) await deleteAll(keys, (some) => entities.datasetItem.delete(some));
  return isDatasetGone || failed.length === 0;
}

export function createDatasetItemRecords(table: SegmentryTable, now: () => Date): DatasetItemRepository {
  const { datasetItem: items } = table.entities;

  async function remove(key: DatasetItemKey): Promise<boolean> {
    const { data: item } = await items.get(key).go({ consistent: true });
    return item !== null && takeOut(table, { ...key, items: [item] }, now());
  }

  return {
    remove,

    async add(item: DatasetItem): Promise<void> {
      const failed = await writeTransaction(() =>
        table.transaction.write((entities) => [...datasetItemParts(entities, item)]).go(),
      );
      if (failed.includes(1)) throw new DatasetNotFoundError(item.datasetId);
    },

    /** Latest added first. */
    list(datasetId: string, page: PageRequest): Promise<Page<DatasetItem>> {
      return readPage(items.query.byAddition({ datasetId }), page);
    },

    /** All of them, in no order that means anything. */
    async all(datasetId: string): Promise<DatasetItem[]> {
      const { data } = await items.query.byDataset({ datasetId }).go({ pages: 'all', consistent: true });
      return data;
    },

    /** Takes an image or a video that is being deleted out of every dataset. */
    async removeFromAll(itemId: string): Promise<void> {
      const { data } = await items.query.byItem({ mediaId: itemId }).go({ pages: 'all' });
      for (const item of data) await remove(item);
    },
  };
}

const countOf = ({ type }: Pick<DatasetItem, 'type'>) => (type === 'image' ? 'imageCount' : 'videoCount');
