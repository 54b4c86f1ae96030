import type { RefusedEntry } from '../../contracts/http/uploads.ts';
import { ContentTakenError, type StoredPicture } from '../../domain/store-picture.ts';
import type { Upload } from '../../domain/upload.ts';
import { storedPictureParts } from './image-records.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { unlessConditionFailed } from './transaction.ts';
import { writeTogether } from './write-together.ts';

/** How long the record of an upload stays after its form has expired. */
const KEPT_SECONDS = 30 * 24 * 3600;

export function createUploadRecords(table: SegmentryTable) {
  const { upload: uploads } = table.entities;

  return {
    async create(upload: Upload): Promise<void> {
      const ttl = Math.floor(Date.parse(upload.expiresAt) / 1000) + KEPT_SECONDS;
      await uploads.create({ ...toItem(upload), ttl }).go();
    },

    async find(uploadId: string): Promise<Upload | undefined> {
      const { data } = await uploads.get({ id: uploadId }).go({ consistent: true });
      return data ?? undefined;
    },

    async claim(uploadId: string, version: string): Promise<Upload | undefined> {
      const { data } = await uploads
        .patch({ id: uploadId })
        .set({ status: 'processing', objectVersion: version })
        .where(
          ({ status, objectVersion }, { eq }) =>
            `${eq(status, 'waiting')} OR (${eq(status, 'processing')} AND ${eq(objectVersion, version)})`,
        )
        .go({ response: 'all_new' })
        .catch(unlessConditionFailed);
      if (data !== undefined) return data;
      const claimed = await this.find(uploadId);
      return claimed?.status === 'done' && claimed.objectVersion === version ? claimed : undefined;
    },

    async complete(upload: Upload, stored: StoredPicture): Promise<void> {
      const failed = await writeTogether(() =>
        table.transaction
          .write((entities) => [
            entities.upload
              .patch({ id: upload.id })
              .set({ status: 'done', images: [stored.image.id] })
              .where(({ status }, { eq }) => eq(status, 'processing'))
              .commit(),
            ...storedPictureParts(entities, stored),
          ])
          .go(),
      );
      // Where the first condition fails, another delivery of the message was faster: the records are there.
      if (failed.length > 0 && !failed.includes(0)) throw new ContentTakenError(stored.image.sha256);
    },

    async fail(upload: Upload, refused: RefusedEntry): Promise<void> {
      await uploads
        .patch({ id: upload.id })
        .set({ status: 'failed', refused: [refused] })
        .where(({ status }, { eq }) => eq(status, 'processing'))
        .go()
        .catch(unlessConditionFailed);
    },
  };
}

const toItem = (upload: Upload) => ({
  ...upload,
  jobs: [...upload.jobs],
  images: [...upload.images],
  refused: [...upload.refused],
});
