import type { Image } from '../../domain/image.ts';
import type { StoredPicture } from '../../domain/store-picture.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { wasWritten } from './transaction.ts';

export function createImageRecords(table: SegmentryTable) {
  return {
    async find(imageId: string): Promise<Image | undefined> {
      const { data } = await table.entities.image.get({ id: imageId }).go();
      return data ?? undefined;
    },

    /** Writes a new image and its queued jobs together. */
    async create({ image, jobs }: StoredPicture): Promise<void> {
      const outcome = await table.transaction
        .write(({ image: images, job }) => [
          images.create(image).commit(),
          ...jobs.map((each) => job.create(each).commit()),
        ])
        .go();
      if (!wasWritten(outcome)) throw new Error(`Image ${image.id} exists already.`);
    },
  };
}
