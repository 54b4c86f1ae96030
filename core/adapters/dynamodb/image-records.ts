import type { Image } from '../../domain/image.ts';
import type { StoredPicture } from '../../domain/store-picture.ts';
import { jobLoadParts } from './job-load.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { writeTogether } from './write-together.ts';

export function createImageRecords(table: SegmentryTable) {
  return {
    async find(imageId: string): Promise<Image | undefined> {
      const { data } = await table.entities.image.get({ id: imageId }).go();
      return data ?? undefined;
    },

    /** The user's own images among `references`, by reference. */
    async findOwn(references: readonly string[], userId: string): Promise<Map<string, Image>> {
      const keys = [...new Set(references)].map((id) => ({ id }));
      const { data } = await table.entities.image.get(keys).go({ concurrency: 4 });
      return new Map(data.filter((image) => image.userId === userId).map((image) => [image.id, image]));
    },

    /** Writes a new image and its queued jobs together. */
    async create({ image, jobs }: StoredPicture): Promise<void> {
      const failed = await writeTogether(() =>
        table.transaction
          .write((entities) => [
            entities.image.create(image).commit(),
            ...jobs.map((each) => entities.job.create(each).commit()),
            ...jobLoadParts(entities, image.userId, jobs.length),
          ])
          .go(),
      );
      if (failed.length > 0) throw new Error(`Image ${image.id} exists already.`);
    },
  };
}
