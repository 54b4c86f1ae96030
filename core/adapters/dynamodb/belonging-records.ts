import { nameKeyOf } from '../../domain/dataset.ts';
import type { Belongings } from '../../domain/erase-user.ts';
import type { SegmentryTable } from './segmentry-table.ts';

const PAGE = 50;

/** What a user owned: everything that stands under the user in `gsi1`. */
export function createBelongingRecords(table: SegmentryTable) {
  const { image, job, result, apiKey, session, dataset, datasetName } = table.entities;

  return {
    async next(userId: string): Promise<Belongings | undefined> {
      const [images, jobs, keys, sessions, datasets] = await Promise.all([
        image.query.byUser({ userId }).go({ limit: PAGE }),
        job.query.byUser({ userId }).go({ limit: PAGE }),
        apiKey.query.byUser({ userId }).go({ limit: PAGE }),
        session.query.byUser({ userId }).go({ limit: PAGE }),
        dataset.query.byUser({ userId }).go({ limit: PAGE }),
      ]);
      const found = [images, jobs, keys, sessions, datasets].reduce((sum, { data }) => sum + data.length, 0);
      if (found === 0) return undefined;
      const jobIds = jobs.data.map(({ id }) => id);
      const imageIds = images.data.map(({ id }) => id);
      return {
        imageIds,
        jobIds,
        forget: async () => {
          await result.delete(jobIds.map((jobId) => ({ jobId }))).go();
          await job.delete(jobIds.map((id) => ({ id }))).go();
          await image.delete(imageIds.map((id) => ({ id }))).go();
          await apiKey.delete(keys.data.map(({ hash }) => ({ hash }))).go();
          await session.delete(sessions.data.map(({ id }) => ({ id }))).go();
          await datasetName
            .delete(datasets.data.map(({ name }) => ({ userId, nameKey: nameKeyOf(name) })))
            .go();
          await dataset.delete(datasets.data.map(({ id }) => ({ id }))).go();
        },
      };
    },
  };
}
