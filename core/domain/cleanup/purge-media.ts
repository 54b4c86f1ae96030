import { imageKey } from '../entities/image.ts';
import type { Job } from '../entities/job.ts';
import { framesKey, segmentKey, videoKey } from '../entities/video.ts';
import { overlayKey, resultKey } from '../jobs/draw-overlay.ts';

/** A video whose record is gone: it was deleted, or its time was over. */
export interface GoneVideo {
  readonly id: string;
}

/** An image whose record is gone: it was deleted, or its time was over. */
export interface GoneImage {
  readonly id: string;
  readonly userId: string;
  readonly sha256: string;
}

export interface PurgeMediaPorts {
  readonly jobs: {
    listOfMedia(imageId: string): Promise<Pick<Job, 'id' | 'video'>[]>;
    /** Ends the job where it still goes on, then removes it with its result. */
    remove(jobId: string): Promise<void>;
  };
  readonly resultCache: { forget(imageId: string): Promise<void> };
  readonly datasetItems: { removeFromAll(itemId: string): Promise<void> };
  readonly images: {
    /** Lets the same bytes be uploaded anew, unless they have been already. */
    releaseContent(image: GoneImage): Promise<void>;
  };
  readonly objects: { remove(key: string): Promise<void> };
}

/**
 * Removes all that hung on an image. Safe to repeat. A job that runs meanwhile finds its record gone, so its
 * result is dropped.
 */
export async function purgeImage(image: GoneImage, ports: PurgeMediaPorts): Promise<void> {
  await ports.images.releaseContent(image);
  await purgeItem(image.id, imageKey(image.id), ports);
}

/** The same for a video. */
export const purgeVideo = ({ id }: GoneVideo, ports: Omit<PurgeMediaPorts, 'images'>): Promise<void> =>
  purgeItem(id, videoKey(id), ports);

async function purgeItem(
  itemId: string,
  key: string,
  { jobs, resultCache, datasetItems, objects }: Omit<PurgeMediaPorts, 'images'>,
): Promise<void> {
  for (const job of await jobs.listOfMedia(itemId)) {
    await Promise.all(jobKeys(job).map((each) => objects.remove(each)));
    await jobs.remove(job.id);
  }
  await resultCache.forget(itemId);
  await datasetItems.removeFromAll(itemId);
  await objects.remove(key);
}

/** Where what a job has found may lie. */
export function jobKeys({ id, video }: Pick<Job, 'id' | 'video'>): string[] {
  if (video === undefined) return [overlayKey(id), resultKey(id)];
  const segments = Array.from({ length: video.segmentCount }, (_, segment) => segmentKey(id, segment));
  return [resultKey(id), framesKey(id), ...segments];
}
