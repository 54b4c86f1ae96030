import type { EntityItem } from 'electrodb';
import type { RefusedEntry } from '../../contracts/http/uploads.ts';
import { ContentTakenError, type StoredPicture } from '../../domain/store-picture.ts';
import type { Upload } from '../../domain/upload.ts';
import { storedPictureParts } from './image-records.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { unlessConditionFailed } from './transaction.ts';
import { uploadTtl } from './upload-entity.ts';
import { writeTogether } from './write-together.ts';

export function createUploadRecords(table: SegmentryTable) {
  const { upload: uploads } = table.entities;

  return {
    async create(upload: Upload): Promise<void> {
      await uploads.create({ ...toItem(upload), ttl: uploadTtl(upload) }).go();
    },

    async find(uploadId: string): Promise<Upload | undefined> {
      const { data } = await uploads.get({ id: uploadId }).go({ consistent: true });
      return data === null ? undefined : toUpload(data);
    },

    /** With what became of a zip's entries, in the archive's order. */
    async findWhole(uploadId: string): Promise<Upload | undefined> {
      const { data } = await table.collections
        .uploadWithChunks({ id: uploadId })
        .go({ consistent: true, pages: 'all' });
      const [upload] = data.upload;
      if (upload === undefined) return undefined;
      const chunks = data.uploadChunk.sort((a, b) => a.chunk - b.chunk);
      return {
        ...toUpload(upload),
        images: [...new Set([...upload.images, ...chunks.flatMap(({ images }) => images)])],
        refused: [...upload.refused, ...chunks.flatMap(({ refused }) => refused)],
      };
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
      if (data !== undefined) return toUpload(data);
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

type UploadItem = EntityItem<SegmentryTable['entities']['upload']>;

function toUpload(item: UploadItem): Upload {
  const { entryTotal, chunkCount, entriesDone = 0, entriesRefused = 0, chunksDone = 0, ...upload } = item;
  if (entryTotal === undefined || chunkCount === undefined) return upload;
  const entries = { total: entryTotal, done: entriesDone, refused: entriesRefused, chunkCount, chunksDone };
  return { ...upload, entries };
}

const toItem = ({ entries: _, ...upload }: Upload) => ({
  ...upload,
  jobs: [...upload.jobs],
  images: [...upload.images],
  refused: [...upload.refused],
});
