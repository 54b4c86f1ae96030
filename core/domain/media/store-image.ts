import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import type { Keep } from '../../contracts/http/images.ts';
import {
  type Charge,
  type CreditPrices,
  type CreditState,
  chargesOf,
  imageItem,
  jobItem,
  toCredits,
} from '../entities/credits.ts';
import { DomainError } from '../entities/errors.ts';
import { contentHashOf, type Image, imageKey } from '../entities/image.ts';
import {
  analysisCount,
  type BatchSeat,
  type Job,
  type PlannedJob,
  queuedJobs,
  selectQueued,
  viewsOf,
} from '../entities/job.ts';
import type { ObjectStore } from '../entities/objects.ts';
import { MediaDeletedError } from '../entities/upload.ts';
import {
  type Analysis,
  pairImagesWithModels,
  type ResultCache,
  resultCacheKey,
  withCachedResult,
} from './result-cache.ts';

/** An image as it is stored: checked, oriented, without metadata. */
export interface NormalizedImage {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly contentType: string;
}

/** One uploaded image on its way into the store, with all ids already chosen. */
export interface IncomingImage {
  readonly imageId: string;
  readonly userId: string;
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly keep: Keep;
  readonly options: AnalysisOptions;
  readonly jobs: readonly PlannedJob[];
  /** Days after which it is deleted: 0 for never, by default what the deployment's settings say. */
  readonly retentionDays?: number | undefined;
  /** Where its jobs are listed, of a zip's entry. */
  readonly seat?: BatchSeat | undefined;
  /** The hold that it is paid from first. */
  readonly holdId?: string | undefined;
  /** Where it has been read already. */
  readonly found?: FoundContent | undefined;
  /** Whether what was read of it has turned out to be behind. */
  readonly isBehind?: boolean;
}

/** What is known where bytes arrive: which image they are already, and what the user has. */
export interface KnownContent {
  readonly image?: Image | undefined;
  /** The image that has the bytes though it is gone or over: its claim on them is to be taken over. */
  readonly goneImageId?: string | undefined;
  /** Those the image is in. */
  readonly datasets: readonly string[];
  readonly credits: CreditState;
}

/** Which image bytes are, if any, and what the user has: what a request may have read before. */
export interface FoundContent {
  readonly imageId: string | undefined;
  readonly credits: CreditState;
}

export type ReadContentOptions = Pick<IncomingImage, 'holdId' | 'found' | 'isBehind'>;

export interface StoreImagePorts {
  /** @throws UnusableImageError */
  readonly normalizeImage: (bytes: Uint8Array, keep: Keep) => Promise<NormalizedImage>;
  readonly objects: Pick<ObjectStore, 'put' | 'remove'>;
  readonly images: {
    /**
     * In one call where the bytes are new, in two where they are an image; one less where what the first would find is
     * `found` already, one more where an index that `isBehind` is not to be believed.
     */
    readContent(userId: string, sha256: string, about?: ReadContentOptions): Promise<KnownContent>;
  };
  readonly resultCache: ResultCache;
  readonly prices: CreditPrices;
  readonly retentionDays: number;
  readonly now: () => Date;
}

export interface StoredImage {
  readonly image: Image;
  readonly jobs: Job[];
  /** False where the user has uploaded the same bytes before: that image is it, and nothing was stored. */
  readonly isNew: boolean;
  /** The image that is gone or over, and whose claim on the bytes the new one takes over. */
  readonly goneImageId?: string | undefined;
  /** Whether a known image is to stay longer than was written when it came first. */
  readonly staysLonger?: boolean;
  /** Those the image was in before. */
  readonly datasets: readonly string[];
  readonly seat?: BatchSeat | undefined;
  readonly payment: Payment;
}

/** What an image costs with its jobs, to be charged in the transaction that writes them. */
export interface Payment {
  readonly charges: readonly Charge[];
  readonly holdId?: string | undefined;
  /** As it was read; others may move the account meanwhile. Undefined where it is to be read anew. */
  readonly credits: CreditState | undefined;
}

/** What is known of the bytes has changed since it was read: storing again finds what it is now. */
export class ContentTakenError extends Error {
  constructor(sha256: string) {
    super(`Which image the content ${sha256} is has changed meanwhile.`);
    this.name = 'ContentTakenError';
  }
}

/**
 * Checks and stores one image under its UUID, unless the user has uploaded the same bytes before. Repeating
 * it with the same ids overwrites the same object with the same bytes, so a caller that died half-way may
 * simply run it again.
 * @returns the records that remain to be written.
 * @throws UnusableImageError where the bytes are no usable image, TooManyViewsError; nothing is stored then.
 */
export async function storeImage(incoming: IncomingImage, ports: StoreImagePorts): Promise<StoredImage> {
  const now = ports.now();
  const { userId, options, holdId, seat } = incoming;
  const sha256 = contentHashOf(incoming.bytes);
  const known = await ports.images.readContent(userId, sha256, incoming);
  const { datasets, credits, goneImageId } = known;
  const isNew = known.image === undefined;
  const until = expiryOf(incoming, ports);
  const staysLonger = known.image?.expiresAt !== undefined && (until ?? '9') > known.image.expiresAt;
  const image =
    known.image === undefined
      ? await storeNew(incoming, sha256, ports)
      : staysLonger
        ? stayingUntil(known.image, until)
        : known.image;
  const queued = queuedJobs(incoming.jobs, image, { options, now, seat });
  const analyses = pairImagesWithModels(
    [image.id],
    incoming.jobs.map(({ model }) => model),
    options,
  );
  const jobs = isNew ? queued : await takeCachedResults(queued, analyses, ports);
  const { prices } = ports;
  const charges = chargesOf([
    ...(isNew ? [{ item: imageItem(image.id), amount: prices.image }] : []),
    ...selectQueued(jobs).map((job) => ({
      item: jobItem(job.id),
      amount: analysisCount(job) * prices.analysis,
    })),
  ]);
  const payment = { charges, holdId, credits };
  return { image, jobs, isNew, goneImageId, staysLonger, datasets, seat, payment };
}

/** Attempts to store one image while the same bytes come, and go, by other requests. */
const ATTEMPTS = 5;

/**
 * Stores an image and writes its records by `write`, which throws ContentTakenError where the same bytes
 * came at the same time: the image that won is taken then.
 * @throws UnusableImageError, InsufficientCreditsError, what `write` refuses; nothing is stored then.
 */
export async function storeAndRecord(
  incoming: IncomingImage,
  write: (stored: StoredImage) => Promise<void>,
  ports: StoreImagePorts,
): Promise<StoredImage> {
  let due = incoming;
  for (let attempt = 1; ; attempt += 1) {
    const stored = await storeImage(due, ports);
    try {
      await write(stored);
      return stored;
    } catch (error) {
      const isTaken = error instanceof ContentTakenError;
      const isRefused = error instanceof DomainError || error instanceof MediaDeletedError;
      if (!isTaken && !isRefused) throw error;
      if (stored.isNew) await ports.objects.remove(imageKey(incoming.imageId));
      if (!isTaken || attempt === ATTEMPTS) throw error;
      // What had been found before is not so any more.
      due = { ...incoming, found: undefined, isBehind: true };
    }
  }
}

/**
 * Jobs whose analysis has been made before have its result at once, and cost nothing.
 * @param analyses of the jobs, in their order.
 */
async function takeCachedResults(
  queued: readonly Job[],
  analyses: readonly Analysis[],
  { resultCache, now }: StoreImagePorts,
): Promise<Job[]> {
  const known = await resultCache.find(analyses);
  return queued.map((job, index) => {
    const result = known.get(resultCacheKey(analyses[index] as Analysis));
    return result === undefined ? job : withCachedResult(job, result, now());
  });
}

async function storeNew(incoming: IncomingImage, sha256: string, ports: StoreImagePorts): Promise<Image> {
  const normalized = await ports.normalizeImage(incoming.bytes, incoming.keep);
  // What no job may be made of is not stored.
  for (const { model } of incoming.jobs) viewsOf(normalized, incoming.options, model);
  await ports.objects.put(imageKey(incoming.imageId), normalized.bytes, normalized.contentType);
  const now = ports.now();
  const expiresAt = expiryOf(incoming, ports);
  return {
    id: incoming.imageId,
    userId: incoming.userId,
    sha256,
    filename: incoming.filename,
    width: normalized.width,
    height: normalized.height,
    sizeBytes: normalized.bytes.byteLength,
    originalSizeBytes: incoming.bytes.byteLength,
    contentType: normalized.contentType,
    uploadedAt: now.toISOString(),
    modifiedAt: now.toISOString(),
    ...(ports.prices.image > 0 && { cost: toCredits(ports.prices.image) }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Until when an image uploaded now is kept at least; undefined where it has no end. */
function expiryOf(
  { retentionDays }: IncomingImage,
  { retentionDays: preset, now }: StoreImagePorts,
): string | undefined {
  const days = retentionDays ?? preset;
  return days > 0 ? new Date(now().getTime() + days * DAY_MS).toISOString() : undefined;
}

/** An image that came again stays as long as the latest of its requests may count on it. */
const stayingUntil = ({ expiresAt: _, ...image }: Image, until: string | undefined): Image => ({
  ...image,
  ...(until !== undefined && { expiresAt: until }),
});

const DAY_MS = 24 * 3600 * 1000;
