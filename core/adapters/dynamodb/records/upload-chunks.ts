import type { ChunkOutcome, Upload, UploadChunkRepository } from '../../../domain/entities/upload.ts';
import type { PlanZipPorts, ZipPlan } from '../../../domain/uploads/plan-zip.ts';
import { pickReconcileShard } from '../entities/outbox-attributes.ts';
import { stalledAt, uploadTtl } from '../entities/upload-entity.ts';
import { named } from '../table/named-transaction.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';
import { batchParts } from './batch-transactions.ts';
import type { CreditWriter } from './credit-writer.ts';
import { endedUploadPart } from './open-uploads.ts';

/** Moves no credits. */
const NOTHING = { kind: 'debit', charges: [], reason: 'image_accepted' } as const;

/** How the chunks of a zip's entries are counted: each once, however often its message comes. */
export function createUploadChunks(
  table: SegmentryTable,
  credits: CreditWriter,
): UploadChunkRepository & PlanZipPorts['uploads'] {
  const { upload: uploads, uploadChunk: chunks } = table.entities;

  return {
    async plan({ id, userId }: Upload, { total, chunks: planned }: ZipPlan, { hold, batch }): Promise<void> {
      const part = ({ upload }: TransactionEntities) =>
        upload
          .patch({ id })
          .set({ entryTotal: total, chunks: [...planned], chunkCount: planned.length })
          .set({ entriesDone: 0, entriesRefused: 0, chunksDone: 0 })
          .where(({ status, chunks: known }, { eq, notExists }) =>
            [eq(status, 'processing'), notExists(known)].join(' AND '),
          )
          .commit();
      const movement = hold === undefined ? NOTHING : ({ kind: 'hold', hold } as const);
      await credits.write({ userId, movement }, (entities) => [
        ['upload', part(entities)],
        ...(batch === undefined ? [] : named('batch', batchParts(entities, batch, []))),
      ]);
    },

    async close(id: string): Promise<void> {
      await uploads.patch({ id }).set({ isClosed: true }).go().catch(unlessConditionFailed);
    },

    async hasChunk(id: string, chunk: number): Promise<boolean> {
      const { data } = await chunks.get({ id, chunk }).go({ consistent: true });
      return data !== null;
    },

    async addChunk(upload: Upload, outcome: ChunkOutcome): Promise<void> {
      const { id } = upload;
      const { chunk, images, videos, refused, refusedCount = refused.length } = outcome;
      const lists = { images: [...images], videos: [...videos], refused: [...refused] };
      const entriesDone = images.length + videos.length;
      await writeTransaction(() =>
        table.transaction
          .write((entities) => [
            entities.uploadChunk.create({ id, chunk, ...lists, ttl: uploadTtl(upload) }).commit(),
            entities.upload
              .patch({ id })
              .add({ entriesDone, entriesRefused: refusedCount, chunksDone: 1 })
              .set({
                reconcileAt: stalledAt(),
                reconcileShard: pickReconcileShard(),
                announcement: 'pending',
              })
              .composite({ status: 'processing' })
              .where(({ status }, { eq }) => eq(status, 'processing'))
              .commit(),
          ])
          .go(),
      );
    },

    async end(id: string): Promise<boolean> {
      const { data: upload } = await uploads.get({ id }).go({ consistent: true });
      if (upload?.chunks === undefined || upload.chunksDone !== upload.chunks.length) return false;
      const status = (upload.entriesDone ?? 0) > 0 ? 'done' : 'failed';
      const part = (entities: TransactionEntities) =>
        entities.upload
          .patch({ id })
          .set({ status })
          .where((item, { eq }) => eq(item.status, 'processing'))
          .commit();
      const movement = { kind: 'release', holdId: id } as const;
      await credits.write({ userId: upload.userId, movement }, (entities) => [
        ['upload', part(entities)],
        endedUploadPart(entities, upload),
      ]);
      return true;
    },
  };
}
