import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import {
  type DatasetItem,
  type DatasetItemKey,
  type DatasetItemRepository,
  DatasetNotFoundError,
} from '../../../domain/entities/dataset.ts';
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

export function createDatasetItemRecords(table: SegmentryTable, now: () => Date): DatasetItemRepository {
  const { datasetItem: items } = table.entities;

  async function remove(key: DatasetItemKey): Promise<boolean> {
    const { data: item } = await items.get(key).go({ consistent: true });
    if (item === null) return false;
    const failed = await writeTransaction(() =>
      table.transaction
        .write(({ dataset, datasetItem }) => [
          datasetItem.remove(key).commit(),
          dataset
            .patch({ id: key.datasetId })
            .set({ modifiedAt: now().toISOString() })
            .add({ [countOf(key)]: -1, cost: -item.cost })
            .commit(),
        ])
        .go(),
    );
    return failed.length === 0;
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
