import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import {
  type Dataset,
  type DatasetChanges,
  DatasetNameTakenError,
  DatasetNotFoundError,
  type DatasetRepository,
  nameKeyOf,
} from '../../../domain/entities/dataset.ts';
import { readPage } from '../table/read-page.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { ITEMS_AT_ONCE, takeOut } from './dataset-item-records.ts';

export function createDatasetRecords(table: SegmentryTable): DatasetRepository {
  const { dataset: datasets, datasetName: names, datasetItem: items } = table.entities;

  async function find(datasetId: string): Promise<Dataset | undefined> {
    const { data } = await datasets.get({ id: datasetId }).go({ consistent: true });
    return data ?? undefined;
  }

  async function removeItems(datasetId: string): Promise<void> {
    for (;;) {
      const query = items.query.byDataset({ datasetId });
      const { data } = await query.go({ limit: ITEMS_AT_ONCE, consistent: true });
      if (data.length === 0) return;
      await takeOut(table, { datasetId, items: data }, new Date());
    }
  }

  return {
    find,

    async findByName(userId: string, name: string): Promise<Dataset | undefined> {
      const { data } = await names.get({ userId, nameKey: nameKeyOf(name) }).go({ consistent: true });
      return data === null ? undefined : find(data.datasetId);
    },

    /** All of a user's datasets; there are few. */
    async listAll(userId: string): Promise<Dataset[]> {
      const { data } = await datasets.query.byUser({ userId }).go({ pages: 'all' });
      return data;
    },

    listOfUser(userId: string, page: PageRequest): Promise<Page<Dataset>> {
      return readPage(datasets.query.byUser({ userId }), page);
    },

    async create(dataset: Dataset): Promise<void> {
      const failed = await writeTransaction(() =>
        table.transaction
          .write(({ dataset: records, datasetName }) => [
            datasetName.create(nameOf(dataset)).commit(),
            records.create({ ...dataset, tags: [...dataset.tags] }).commit(),
          ])
          .go(),
      );
      if (failed.length > 0) throw new DatasetNameTakenError(dataset.name);
    },

    async change(before: Dataset, changes: DatasetChanges): Promise<Dataset> {
      const after = { ...before, ...changes };
      const isRenamed = nameKeyOf(after.name) !== nameKeyOf(before.name);
      const failed = await writeTransaction(() =>
        table.transaction
          .write(({ dataset: records, datasetName }) => [
            records
              .patch({ id: before.id })
              .set({ ...changes, tags: [...changes.tags] })
              .where(({ name }, { eq }) => eq(name, before.name))
              .commit(),
            ...(isRenamed
              ? [datasetName.create(nameOf(after)).commit(), datasetName.remove(nameOf(before)).commit()]
              : []),
          ])
          .go(),
      );
      if (failed.includes(0)) throw new DatasetNotFoundError(before.id);
      if (failed.length > 0) throw new DatasetNameTakenError(after.name);
      return after;
    },

    /**
     * Its items go first, so that a deletion that died leaves a smaller dataset, to be deleted again; and once more after
     * it, because some may have been put in meanwhile.
     */
    async remove(dataset: Dataset): Promise<void> {
      await removeItems(dataset.id);
      const failed = await writeTransaction(() =>
        table.transaction
          .write(({ dataset: records, datasetName }) => [
            records
              .remove({ id: dataset.id })
              .where(({ name }, { eq }) => eq(name, dataset.name))
              .commit(),
            datasetName.delete(nameOf(dataset)).commit(),
          ])
          .go(),
      );
      if (failed.length === 0) return removeItems(dataset.id);
      const renamed = await find(dataset.id);
      if (renamed === undefined) throw new DatasetNotFoundError(dataset.id);
      return this.remove(renamed);
    },
  };
}

const nameOf = ({ userId, name, id }: Dataset) => ({ userId, nameKey: nameKeyOf(name), datasetId: id });
