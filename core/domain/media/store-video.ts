import { createHash } from 'node:crypto';
import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import {
  type Charge,
  type CreditPrices,
  chargesOf,
  jobItem,
  toCredits,
  videoItem,
} from '../entities/credits.ts';
import { DomainError } from '../entities/errors.ts';
import { analysisCount, type BatchSeat, type Job, type PlannedJob, queuedJobs } from '../entities/job.ts';
import type { ObjectStore } from '../entities/objects.ts';
import { MediaDeletedError } from '../entities/upload.ts';
import { planPass, type Video, type VideoFacts, type VideoLimits, videoKey } from '../entities/video.ts';

/** A video on its way into the store, with all ids already chosen. Its bytes lie under its key. */
export interface IncomingVideo {
  /** The upload that it came by. */
  readonly uploadId: string;
  readonly videoId: string;
  readonly userId: string;
  readonly filename: string;
  readonly options: AnalysisOptions;
  readonly framesPerSecond: number;
  readonly jobs: readonly PlannedJob[];
  /** Where they are listed, of a zip's entry. */
  readonly seat?: BatchSeat | undefined;
  /** Days after which it is deleted: 0 for never, by default what the deployment's settings say. */
  readonly retentionDays?: number | undefined;
}

export interface StoreVideoPorts {
  /** @throws UnusableVideoError */
  readonly probeVideo: (key: string) => Promise<VideoFacts>;
  readonly objects: Pick<ObjectStore, 'read' | 'remove'>;
  readonly videos: {
    /**
     * Writes a video with its jobs and their charges, unless that has been done under the same ids.
     * @throws InsufficientCreditsError, MediaDeletedError, BatchChangedError
     */
    createOnce(stored: StoredVideo): Promise<void>;
  };
  readonly prices: CreditPrices;
  readonly videoLimits: VideoLimits;
  readonly retentionDays: number;
  readonly now: () => Date;
}

export interface StoredVideo {
  readonly uploadId: string;
  readonly video: Video;
  readonly jobs: readonly Job[];
  readonly charges: readonly Charge[];
  readonly seat?: BatchSeat | undefined;
}

/**
 * Checks a video that lies under its key, and writes its records. Safe to repeat with the same ids.
 * @throws UnusableVideoError where it can't be analysed, InsufficientCreditsError, MediaDeletedError; nothing is stored
 * then.
 */
export async function storeVideo(incoming: IncomingVideo, ports: StoreVideoPorts): Promise<StoredVideo> {
  const { videoId: id, userId, filename, options, seat } = incoming;
  try {
    const facts = await ports.probeVideo(videoKey(id));
    const pass = planPass(facts, incoming.framesPerSecond, ports.videoLimits);
    const { sha256, sizeBytes } = await digest(ports.objects.read(videoKey(id)));
    const price = pass.frameCount * ports.prices.videoFrame;
    const now = ports.now();
    const at = now.toISOString();
    const days = incoming.retentionDays ?? ports.retentionDays;
    const video: Video = {
      id,
      userId,
      sha256,
      filename,
      ...facts,
      sizeBytes,
      uploadedAt: at,
      modifiedAt: at,
      ...(price > 0 && { cost: toCredits(price) }),
      ...(days > 0 && { expiresAt: new Date(now.getTime() + days * DAY_MS).toISOString() }),
    };
    const jobs = queuedJobs(incoming.jobs, video, { options, now, video: pass, seat });
    const stored = {
      uploadId: incoming.uploadId,
      seat,
      video,
      jobs,
      charges: chargesFor(video, { jobs, frames: pass.frameCount }, ports.prices),
    };
    await ports.videos.createOnce(stored);
    return stored;
  } catch (error) {
    const isRefused = error instanceof DomainError || error instanceof MediaDeletedError;
    if (isRefused) await ports.objects.remove(videoKey(id));
    throw error;
  }
}

/** Frames are to a video what an image is: each costs its price once, and once more for each analysis. */
const chargesFor = (
  { id }: Video,
  { jobs, frames }: { jobs: readonly Job[]; frames: number },
  prices: CreditPrices,
): Charge[] =>
  chargesOf([
    { item: videoItem(id), amount: frames * prices.videoFrame },
    ...jobs.map((job) => ({ item: jobItem(job.id), amount: analysisCount(job) * prices.analysis })),
  ]);

async function digest(pieces: AsyncIterable<Uint8Array>): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    sizeBytes += piece.byteLength;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

const DAY_MS = 24 * 3600 * 1000;
