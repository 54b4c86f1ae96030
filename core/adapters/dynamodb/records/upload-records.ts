import type { EntityItem } from 'electrodb';
import type { RefusedEntry } from '../../../contracts/http/uploads.ts';
import { type CreditHold, type CreditState, costOf } from '../../../domain/entities/credits.ts';
import {
  TooManyOpenUploadsError,
  type Upload,
  UploadEndedError,
  type UploadRepository,
} from '../../../domain/entities/upload.ts';
import { ContentTakenError, type StoredImage } from '../../../domain/media/store-image.ts';
import type { IngestUploadPorts } from '../../../domain/uploads/ingest-upload.ts';
import { uploadTtl } from '../entities/upload-entity.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';
import { type CreditWriter, NO_MOVEMENT } from './credit-writer.ts';
import { paymentOf, storedImageParts } from './image-records.ts';
import { endedUploadPart, openUploadPart } from './open-uploads.ts';

export const createUploadReader = (table: SegmentryTable): Pick<UploadRepository, 'find'> => ({
  async find(uploadId: string): Promise<Upload | undefined> {
    const { data } = await table.entities.upload.get({ id: uploadId }).go({ consistent: true });
    return data === null ? undefined : toUpload(data);
  },
});

export function createUploadRecords(
  table: SegmentryTable,
  credits: CreditWriter,
): UploadRepository & Pick<IngestUploadPorts['uploads'], 'complete'> {
  const { upload: uploads } = table.entities;

  return {
    async create(
      upload: Upload,
      {
        hold,
        credits: state,
        openLimit = Number.POSITIVE_INFINITY,
      }: { hold?: CreditHold | undefined; credits?: CreditState | undefined; openLimit?: number | undefined },
    ): Promise<void> {
      const item = { ...toItem(upload), ttl: uploadTtl(upload) };
      const movement = hold === undefined ? NO_MOVEMENT : ({ kind: 'hold', hold } as const);
      const unmet = await credits.write({ userId: upload.userId, movement, state }, (entities) => [
        ['upload', entities.upload.create(item).commit()],
        openUploadPart(entities, upload, openLimit),
      ]);
      if (unmet.has('openUploads') && !unmet.has('upload')) throw new TooManyOpenUploadsError(openLimit);
    },

    ...createUploadReader(table),

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
        videos: [...new Set([...upload.videos, ...chunks.flatMap(({ videos }) => videos)])],
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

    async complete(upload: Upload, stored: StoredImage): Promise<void> {
      const { movement, ...payment } = paymentOf(stored);
      const settling = { ...payment, movement: { ...movement, settlesHold: true } };
      const unmet = await credits.write(settling, (entities) => [
        [
          'upload',
          finishPart(entities, upload, {
            status: 'done',
            images: [stored.image.id],
            cost: costOf(stored.payment.charges),
          }),
        ],
        endedUploadPart(entities, upload),
        ...storedImageParts(entities, stored),
      ]);
      if (unmet.size === 0) return;
      if (!unmet.has('upload')) throw new ContentTakenError(stored.image.sha256);
      // Another delivery of the message was faster, or the upload was ended, or is gone with its user.
      const { status } = (await this.find(upload.id)) ?? {};
      if (status !== 'done') throw new UploadEndedError(upload.id);
    },

    async completeVideo(upload: Upload, videoId: string): Promise<void> {
      const { id, userId } = upload;
      await credits.write({ userId, movement: NO_MOVEMENT }, (entities) => [
        [
          'upload',
          entities.upload
            .patch({ id })
            .set({ status: 'done', videos: [videoId] })
            .where(({ status }, { eq }) => eq(status, 'processing'))
            .commit(),
        ],
        endedUploadPart(entities, upload),
      ]);
    },

    async fail(upload: Upload, refused: RefusedEntry): Promise<void> {
      const { id, userId } = upload;
      await credits.write({ userId, movement: { kind: 'release', holdId: id } }, (entities) => [
        ['upload', finishPart(entities, upload, { status: 'failed', refused: [refused] })],
        endedUploadPart(entities, upload),
      ]);
    },
  };
}

/** One that still waits may fail: what came by its form was given up before anybody could take it. */
const finishPart = (
  { upload: uploads }: TransactionEntities,
  { id, status: from }: Upload,
  end: { status: 'done'; images: string[]; cost: number } | { status: 'failed'; refused: RefusedEntry[] },
) =>
  uploads
    .patch({ id })
    .set(end)
    .where(({ status, isClosed }, { eq, notExists }) =>
      end.status === 'done' ? `${eq(status, 'processing')} AND ${notExists(isClosed)}` : eq(status, from),
    )
    .commit();

type UploadItem = EntityItem<SegmentryTable['entities']['upload']>;

function toUpload(item: UploadItem): Upload {
  const { entryTotal, chunks, chunkCount = 0, chunksDone = 0, ...rest } = item;
  const { entriesDone = 0, entriesRefused = 0, ...upload } = rest;
  if (entryTotal === undefined || chunks === undefined) return upload;
  const entries = { total: entryTotal, done: entriesDone, refused: entriesRefused };
  return { ...upload, entries: { ...entries, chunks, chunkCount, chunksDone } };
}

const toItem = ({ entries: _, ...upload }: Upload) => ({
  ...upload,
  jobs: [...upload.jobs],
  images: [...upload.images],
  videos: [...upload.videos],
  refused: [...upload.refused],
});
