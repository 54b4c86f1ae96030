import type { Belongings } from '../../../domain/cleanup/erase-user.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { createRemainRecords } from './user-remains.ts';
import { createVideoSegmentRemover } from './video-segments.ts';

const PAGE = { limit: 50 } as const;

/** What a user owned: everything that stands under the user. */
export function createBelongingRecords(table: SegmentryTable) {
  const { image, video, job, result, upload, uploadChunk } = table.entities;
  const removeSegments = createVideoSegmentRemover(table);
  const remains = createRemainRecords(table);

  async function forgetUpload(id: string): Promise<void> {
    const { data } = await uploadChunk.query.byUpload({ id }).go({ pages: 'all' });
    await uploadChunk.delete(data.map(({ chunk }) => ({ id, chunk }))).go();
    await upload.delete({ id }).go();
  }

  return {
    async next(userId: string): Promise<Belongings | undefined> {
      const [images, videos, jobs, uploads, others] = await Promise.all([
        image.query.byUser({ userId }).go(PAGE),
        video.query.byUser({ userId }).go(PAGE),
        job.query.byUser({ userId }).go(PAGE),
        upload.query.byUser({ userId }).go(PAGE),
        remains.next(userId),
      ]);
      const found = [images, videos, jobs, uploads].some(({ data }) => data.length > 0);
      if (!found && others.length === 0) return undefined;
      const jobIds = jobs.data.map(({ id }) => id);
      const videoIds = videos.data.map(({ id }) => id);
      const imageIds = images.data.map(({ id }) => id);
      const uploadIds = uploads.data.map(({ id }) => id);
      return {
        ...{ imageIds, videoIds, uploadIds, jobs: jobs.data },
        forget: async () => {
          for (const each of jobs.data) if (each.video !== undefined) await removeSegments(each.id);
          await result.delete(jobIds.map((jobId) => ({ jobId }))).go();
          await job.delete(jobIds.map((id) => ({ id }))).go();
          for (const id of uploadIds) await forgetUpload(id);
          await video.delete(videoIds.map((id) => ({ id }))).go();
          await image.delete(imageIds.map((id) => ({ id }))).go();
          for (const forget of others) await forget();
        },
      };
    },
  };
}
