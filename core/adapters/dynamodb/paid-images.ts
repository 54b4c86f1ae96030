import { ContentTakenError, type KnownContent, type StoredPicture } from '../../domain/store-picture.ts';
import { type CreditWriter, creditState } from './credit-writer.ts';
import { createImageRecords, paymentOf, storedPictureParts } from './image-records.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { uploadCostParts } from './upload-cost.ts';

/** Images as they are taken in: each is written together with what it is charged. */
export function createPaidImages(table: SegmentryTable, credits: CreditWriter) {
  const images = createImageRecords(table);

  return {
    async readContent(userId: string, sha256: string, holdId = 'none'): Promise<KnownContent> {
      const { data } = await table.transaction
        .get(({ imageContent, creditAccount, creditHold }) => [
          imageContent.get({ userId, sha256 }).commit(),
          creditAccount.get({ userId }).commit(),
          creditHold.get({ userId, id: holdId }).commit(),
        ])
        .go();
      const [{ item: content }, { item: account }, { item: hold }] = data;
      return {
        credits: creditState(userId, account, hold),
        image: content === null || content === undefined ? undefined : await images.find(content.imageId),
      };
    },

    /** @throws ContentTakenError, InsufficientCreditsError */
    async create(stored: StoredPicture): Promise<void> {
      const unmet = await credits.write(paymentOf(stored), (entities) =>
        storedPictureParts(entities, stored),
      );
      if (unmet.size === 0) return;
      if (unmet.has('content')) throw new ContentTakenError(stored.image.sha256);
      throw new Error(`Image ${stored.image.id} exists already.`);
    },

    /**
     * The same where another delivery of one message may have written it, under the same ids.
     * @throws ContentTakenError, InsufficientCreditsError
     */
    async createOnce(stored: StoredPicture): Promise<void> {
      if (!stored.isNew && stored.jobs.length === 0) return;
      const { id, userId, sha256 } = stored.image;
      const { holdId, charges } = stored.payment;
      const unmet = await credits.write(paymentOf(stored), (entities) => [
        ...storedPictureParts(entities, stored),
        // The hold of an upload has its id.
        ...(holdId === undefined ? [] : uploadCostParts(entities, holdId, charges)),
      ]);
      if (unmet.size === 0 || !stored.isNew) return;
      const { data: claim } = await table.entities.imageContent
        .get({ userId, sha256 })
        .go({ consistent: true });
      if (claim?.imageId !== id) throw new ContentTakenError(sha256);
    },
  };
}
