import type { ZipPlan } from '../../domain/plan-zip.ts';
import type { ChunkOutcome, Upload } from '../../domain/upload.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { unlessConditionFailed } from './transaction.ts';
import { uploadTtl } from './upload-entity.ts';
import { writeTogether } from './write-together.ts';

/** How the chunks of a zip's entries are counted: each once, however often its message comes. */
export function createUploadChunks(table: SegmentryTable) {
  const { upload: uploads, uploadChunk: chunks } = table.entities;

  return {
    async plan({ id }: Upload, { total, chunkCount }: ZipPlan): Promise<void> {
      await uploads
        .patch({ id })
        .set({ entryTotal: total, chunkCount, entriesDone: 0, entriesRefused: 0, chunksDone: 0 })
        .where(({ status, chunkCount: known }, { eq, notExists }) =>
          [eq(status, 'processing'), notExists(known)].join(' AND '),
        )
        .go()
        .catch(unlessConditionFailed);
    },

    async hasChunk(id: string, chunk: number): Promise<boolean> {
      const { data } = await chunks.get({ id, chunk }).go({ consistent: true });
      return data !== null;
    },

    async addChunk(upload: Upload, { chunk, images, refused }: ChunkOutcome): Promise<void> {
      const { id } = upload;
      const lists = { images: [...images], refused: [...refused] };
      await writeTogether(() =>
        table.transaction
          .write((entities) => [
            entities.uploadChunk.create({ id, chunk, ...lists, ttl: uploadTtl(upload) }).commit(),
            entities.upload
              .patch({ id })
              .add({ entriesDone: images.length, entriesRefused: refused.length, chunksDone: 1 })
              .where(({ status }, { eq }) => eq(status, 'processing'))
              .commit(),
          ])
          .go(),
      );
    },

    async end(id: string): Promise<boolean> {
      const { data: upload } = await uploads.get({ id }).go({ consistent: true });
      if (upload?.chunkCount === undefined || upload.chunksDone !== upload.chunkCount) return false;
      await uploads
        .patch({ id })
        .set({ status: (upload.entriesDone ?? 0) > 0 ? 'done' : 'failed' })
        .where(({ status }, { eq }) => eq(status, 'processing'))
        .go()
        .catch(unlessConditionFailed);
      return true;
    },
  };
}
