import { nameKeyOf } from '../../domain/dataset.ts';
import type { Belongings } from '../../domain/erase-user.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { createVideoSegmentRemover } from './video-segments.ts';

const PAGE = 50;

/** What a user owned: everything that stands under the user. */
export function createBelongingRecords(table: SegmentryTable) {
  const { image, video, job, result, apiKey, session, dataset, datasetName, webhook, delivery } =
    table.entities;

  const removeSegments = createVideoSegmentRemover(table);

  return {
    async next(userId: string): Promise<Belongings | undefined> {
      const [images, videos, jobs, keys, sessions, datasets, webhooks] = await Promise.all([
        image.query.byUser({ userId }).go({ limit: PAGE }),
        video.query.byUser({ userId }).go({ limit: PAGE }),
        job.query.byUser({ userId }).go({ limit: PAGE }),
        apiKey.query.byUser({ userId }).go({ limit: PAGE }),
        session.query.byUser({ userId }).go({ limit: PAGE }),
        dataset.query.byUser({ userId }).go({ limit: PAGE }),
        webhook.query.byUser({ userId }).go({ limit: PAGE }),
      ]);
      const found = [images, videos, jobs, keys, sessions, datasets, webhooks];
      if (found.every(({ data }) => data.length === 0)) return undefined;
      const jobIds = jobs.data.map(({ id }) => id);
      const videoIds = videos.data.map(({ id }) => id);
      const imageIds = images.data.map(({ id }) => id);
      return {
        imageIds,
        videoIds,
        jobs: jobs.data,
        forget: async () => {
          for (const each of jobs.data) if (each.video !== undefined) await removeSegments(each.id);
          await result.delete(jobIds.map((jobId) => ({ jobId }))).go();
          await job.delete(jobIds.map((id) => ({ id }))).go();
          await video.delete(videoIds.map((id) => ({ id }))).go();
          await image.delete(imageIds.map((id) => ({ id }))).go();
          await apiKey.delete(keys.data.map(({ hash }) => ({ hash }))).go();
          await session.delete(sessions.data.map(({ id }) => ({ id }))).go();
          await datasetName
            .delete(datasets.data.map(({ name }) => ({ userId, nameKey: nameKeyOf(name) })))
            .go();
          await dataset.delete(datasets.data.map(({ id }) => ({ id }))).go();
          for (const { id } of webhooks.data) await forgetWebhook(userId, id);
        },
      };
    },
  };

  async function forgetWebhook(userId: string, id: string): Promise<void> {
    const { data: sent } = await delivery.query.byWebhook({ webhookId: id }).go({ pages: 'all' });
    await delivery.delete(sent.map(({ webhookId, id: deliveryId }) => ({ webhookId, id: deliveryId }))).go();
    await webhook.delete({ userId, id }).go();
  }
}
