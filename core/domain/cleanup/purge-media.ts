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

export interface ForgetImagePorts {
  readonly jobs: {
    listOfImage(imageId: string): Promise<Pick<Job, 'id' | 'video'>[]>;
    /** Ends the job where it still goes on, then removes it with its result. */
    remove(jobId: string): Promise<void>;
  };
  readonly knownResults: { forget(imageId: string): Promise<void> };
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
export async function forgetImage(image: GoneImage, ports: ForgetImagePorts): Promise<void> {
  await ports.images.releaseContent(image);
  await forgetItem(image.id, imageKey(image.id), ports);
}

/** The same for a video. */
export const forgetVideo = ({ id }: GoneVideo, ports: Omit<ForgetImagePorts, 'images'>): Promise<void> =>
  forgetItem(id, videoKey(id), ports);

async function forgetItem(
  itemId: string,
  key: string,
  { jobs, knownResults, datasetItems, objects }: Omit<ForgetImagePorts, 'images'>,
): Promise<void> {
  for (const job of await jobs.listOfImage(itemId)) {
    await Promise.all(jobKeys(job).map((each) => objects.remove(each)));
    await jobs.remove(job.id);
  }
  await knownResults.forget(itemId);
  await datasetItems.removeFromAll(itemId);
  await objects.remove(key);
}

/** Where what a job has found may lie. */
export function jobKeys({ id, video }: Pick<Job, 'id' | 'video'>): string[] {
  if (video === undefined) return [overlayKey(id), resultKey(id)];
  const segments = Array.from({ length: video.segmentCount }, (_, segment) => segmentKey(id, segment));
  return [resultKey(id), framesKey(id), ...segments];
}
