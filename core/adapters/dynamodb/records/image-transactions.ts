import { BatchChangedError } from '../../../domain/entities/batch.ts';
import { type DatasetItem, DatasetNotFoundError } from '../../../domain/entities/dataset.ts';
import { MediaDeletedError, UploadEndedError } from '../../../domain/entities/upload.ts';
import {
  ContentTakenError,
  type KnownContent,
  type ReadContentOptions,
  type StoredImage,
} from '../../../domain/media/store-image.ts';
import { combineGets } from '../table/combine-gets.ts';
import type { NamedPart } from '../table/named-transaction.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';
import { createAttachmentRecords } from './attachment-records.ts';
import { SEAT_PART } from './batch-seats.ts';
import { type CreditWriter, creditGets } from './credit-writer.ts';
import { datasetItemParts } from './dataset-item-records.ts';
import { undeletedPart } from './deleted-media.ts';
import { createImageRecords, paymentOf, storedImageParts } from './image-records.ts';
import { uploadCostParts } from './upload-cost.ts';

/** Images as they are taken in: each is written together with what it is charged. */
export function createImageTransactions(table: SegmentryTable, credits: CreditWriter) {
  const { imageContent: contents } = table.entities;
  const images = createImageRecords(table);
  const attachments = createAttachmentRecords(table);

  /** The image that bytes are, and its datasets. An index that `isBehind` tells old news of the image, if any. */
  async function readKnown(
    imageId: string | undefined,
    { isBehind = false }: ReadContentOptions,
  ): Promise<Omit<KnownContent, 'credits'>> {
    if (imageId === undefined) return { datasets: [] };
    const { image: attached, datasets } = await attachments.of(imageId);
    const image = (isBehind ? undefined : attached) ?? (await images.find(imageId));
    // Claim and image are written together: the image was there, and is not any more.
    return image === undefined ? { goneImageId: imageId, datasets: [] } : { image, datasets };
  }

  /** Whether the bytes are that image by now. */
  async function hasContent({ image: { id, userId, sha256 } }: StoredImage): Promise<boolean> {
    const { data } = await contents.get({ userId, sha256 }).go({ consistent: true });
    return data?.imageId === id;
  }

  /** Whether the same was recorded before: a new image with the claim on its content, a known one by its jobs. */
  const isRecorded = async (stored: StoredImage, unmet: ReadonlySet<string>): Promise<boolean> =>
    stored.isNew ? unmet.has('image') && hasContent(stored) : unmet.has('job');

  return {
    async readContent(userId: string, sha256: string, about: ReadContentOptions = {}): Promise<KnownContent> {
      const { holdId = 'none', found } = about;
      if (found !== undefined) return { credits: found.credits, ...(await readKnown(found.imageId, about)) };
      const gets = combineGets(table);
      const content = gets.add(contents.get({ userId, sha256 }), (Item) => contents.parse({ Item }).data);
      const account = creditGets(gets, table, { userId, holdId });
      await gets.run();
      return { credits: account(), ...(await readKnown(content()?.imageId, about)) };
    },

    /**
     * Under ids that follow from the request, which may come twice: what is recorded already is left as it is.
     * @throws ContentTakenError, InsufficientCreditsError, DatasetNotFoundError
     */
    async create(stored: StoredImage, item: DatasetItem | undefined): Promise<void> {
      const unmet = await credits.write(paymentOf(stored), (entities) => [
        ...storedImageParts(entities, stored),
        ...(item === undefined ? [] : namedItemParts(entities, item)),
      ]);
      if (unmet.size === 0 || (await isRecorded(stored, unmet))) return;
      if (unmet.has('content') || unmet.has('stay')) throw new ContentTakenError(stored.image.sha256);
      if (item !== undefined && unmet.has('dataset')) throw new DatasetNotFoundError(item.datasetId);
      // Another has put it in meanwhile.
      if (unmet.has('datasetItem')) return this.create(stored, undefined);
      throw new Error(`Image ${stored.image.id} exists already.`);
    },

    /**
     * The same where another delivery of one message may have written it, under the same ids.
     * @throws ContentTakenError, InsufficientCreditsError, UploadEndedError, MediaDeletedError, BatchChangedError
     */
    async createOnce(stored: StoredImage): Promise<void> {
      const { isNew, jobs, staysLonger, seat } = stored;
      if (!isNew && jobs.length === 0 && !staysLonger && seat === undefined) return;
      const { id, sha256 } = stored.image;
      const { holdId, charges } = stored.payment;
      const unmet = await credits.write(paymentOf(stored), (entities) => [
        ...storedImageParts(entities, stored),
        // The hold of an upload has its id.
        ...(holdId === undefined ? [] : uploadCostParts(entities, holdId, charges)),
        ...(isNew ? [undeletedPart(entities, id)] : []),
      ]);
      if (unmet.size === 0 || (await isRecorded(stored, unmet))) return;
      if (unmet.has('undeleted')) throw new MediaDeletedError(id);
      if (holdId !== undefined && unmet.has('upload')) throw new UploadEndedError(holdId);
      if (seat !== undefined && unmet.has(SEAT_PART)) throw new BatchChangedError(seat.batchId);
      throw new ContentTakenError(sha256);
    },
  };
}

function namedItemParts(entities: TransactionEntities, item: DatasetItem): NamedPart[] {
  const [created, counted] = datasetItemParts(entities, item);
  return [
    ['datasetItem', created],
    ['dataset', counted],
  ];
}
