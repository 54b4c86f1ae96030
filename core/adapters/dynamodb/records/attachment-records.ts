import type { Image } from '../../../domain/entities/image.ts';
import type { Job } from '../../../domain/entities/job.ts';
import type { DescribeImagePorts } from '../../../domain/media/manage-images.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessExpired } from './image-records.ts';

/** What hangs on an image or a video, by one query: of a few milliseconds ago. */
export const createAttachmentRecords = (table: SegmentryTable): DescribeImagePorts['attachments'] => ({
  /** Jobs and datasets, oldest first, and the image itself where it is one. */
  async of(itemId: string): Promise<{ image: Image | undefined; jobs: Job[]; datasets: string[] }> {
    const { data } = await table.collections.attachments({ mediaId: itemId }).go({ pages: 'all' });
    return {
      image: unlessExpired(data.image[0]),
      jobs: data.job,
      datasets: data.datasetItem.map(({ datasetId }) => datasetId),
    };
  },
});
