import { BatchChangedError } from '../../../domain/entities/batch.ts';
import { MediaDeletedError, UploadEndedError } from '../../../domain/entities/upload.ts';
import type { StoredVideo } from '../../../domain/media/store-video.ts';
import { named } from '../table/named-transaction.ts';
import type { TransactionEntities } from '../table/segmentry-table.ts';
import { SEAT_PART, seatParts } from './batch-seats.ts';
import type { CreditWriter } from './credit-writer.ts';
import { undeletedPart } from './deleted-media.ts';
import { openJobParts } from './open-jobs.ts';
import { uploadCostParts } from './upload-cost.ts';

/** Videos as they are taken in: each is written together with what it is charged. */
export const createVideoTransactions = (credits: CreditWriter) => ({
  /**
   * What is written already stays as it is.
   * @throws InsufficientCreditsError, UploadEndedError, MediaDeletedError, BatchChangedError
   */
  async createOnce(stored: StoredVideo): Promise<void> {
    const movement = { kind: 'debit', charges: stored.charges, reason: 'video_frames' } as const;
    const unmet = await credits.write({ userId: stored.video.userId, movement }, (entities) => [
      ...named('video', storedVideoParts(entities, stored)),
      ...seatParts(entities, stored.seat, stored.jobs),
      ...uploadCostParts(entities, stored.uploadId, stored.charges),
      undeletedPart(entities, stored.video.id),
    ]);
    if (unmet.has('undeleted')) throw new MediaDeletedError(stored.video.id);
    if (unmet.has('video')) return;
    if (unmet.has('upload')) throw new UploadEndedError(stored.uploadId);
    if (stored.seat !== undefined && unmet.has(SEAT_PART)) throw new BatchChangedError(stored.seat.batchId);
  },
});

function storedVideoParts(entities: TransactionEntities, { video, jobs }: StoredVideo) {
  const { userId, expiresAt } = video;
  const ttl = expiresAt === undefined ? {} : { ttl: Math.ceil(Date.parse(expiresAt) / 1000) };
  return [
    entities.video.create({ ...video, ...ttl }).commit(),
    ...jobs.map((each) => entities.job.create(each).commit()),
    ...openJobParts(entities, userId, jobs.length),
  ];
}
