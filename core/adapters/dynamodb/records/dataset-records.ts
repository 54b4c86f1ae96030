import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import {
  type Dataset,
  type DatasetChanges,
  DatasetNameTakenError,
  DatasetNotFoundError,
  type DatasetRepository,
  nameKeyOf,
} from '../../../domain/entities/dataset.ts';
import { deleteAll } from '../table/delete-all.ts';
import { readPage } from '../table/read-page.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

export function createDatasetRecords(table: SegmentryTable): DatasetRepository {
  const { dataset: datasets, datasetName: names, datasetItem: items } = table.entities;

  async function find(datasetId: string): Promise<Dataset | undefined> {
    const { data } = await datasets.get({ id: datasetId }).go({ consistent: true });
    return data ?? undefined;
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

    /** The dataset goes first: what is left of its items after a crash belongs to nothing and counts nowhere. */
    async remove(dataset: Dataset): Promise<void> {
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
      if (failed.length > 0) throw new DatasetNotFoundError(dataset.id);
      const { data } = await items.query
        .byDataset({ datasetId: dataset.id })
        .go({ pages: 'all', consistent: true });
      const keys = data.map(({ datasetId, type, itemId }) => ({ datasetId, type, itemId }));
      await deleteAll(keys, (some) => items.delete(some));
    },
  };
}

const nameOf = ({ userId, name, id }: Dataset) => ({ userId, nameKey: nameKeyOf(name), datasetId: id });
