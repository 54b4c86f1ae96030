import type { DatasetItemRepository } from '../entities/dataset.ts';
import { type ImageRepository, imageKeys } from '../entities/image.ts';
import { type Job, type JobRepository, resultKey } from '../entities/job.ts';
import type { ObjectStore } from '../entities/objects.ts';
import { type DoneSegments, framesKey, segmentKeys, videoKey } from '../entities/video.ts';
import { overlayKey } from '../jobs/draw-overlay.ts';

/** An image, a video or a webhook whose record is gone: it was deleted, or its time was over. */
export type Gone = GoneImage | GoneVideo | GoneWebhook;

export interface GoneVideo {
  readonly kind: 'video';
  readonly id: string;
}

export interface GoneImage {
  readonly kind: 'image';
  readonly id: string;
  readonly userId: string;
  readonly sha256: string;
}

export interface GoneWebhook {
  readonly kind: 'webhook';
  readonly id: string;
}

export interface PurgeMediaPorts {
  readonly jobs: Pick<JobRepository, 'listOfMedia'> & {
    /** Ends the job where it still goes on, then removes it with its result. */
    remove(jobId: string): Promise<void>;
  };
  readonly resultCache: { forget(imageId: string): Promise<void> };
  readonly datasetItems: Pick<DatasetItemRepository, 'removeFromAll'>;
  readonly images: Pick<ImageRepository, 'releaseContent'>;
  readonly removeDeliveries: (webhookId: string) => Promise<void>;
  /** Takes what was found in the segments of a job out of the table. */
  readonly removeSegments: (jobId: string) => Promise<void>;
  readonly objects: Pick<ObjectStore, 'remove'>;
}

/**
 * Removes all that hung on an image, a video or a webhook, or on what an analysis was while it went on. Safe to repeat. A
 * job that runs meanwhile finds its record gone, so its result is dropped.
 */
export async function purgeMedia(gone: Gone | DoneSegments, ports: PurgeMediaPorts): Promise<void> {
  if (gone.kind === 'segments') return purgeSegments(gone, ports);
  if (gone.kind === 'webhook') return ports.removeDeliveries(gone.id);
  if (gone.kind === 'video') return purgeItem(gone.id, [videoKey(gone.id)], ports);
  await ports.images.releaseContent(gone);
  await purgeItem(gone.id, imageKeys(gone.id), ports);
}

/** Their objects go first: a merge that still goes on must not take the segments that have a record yet for all. */
export async function purgeSegments(
  { id, count }: DoneSegments,
  { objects, removeSegments }: Pick<PurgeMediaPorts, 'objects' | 'removeSegments'>,
): Promise<void> {
  await Promise.all(segmentKeys(id, count).map((key) => objects.remove(key)));
  await removeSegments(id);
}

async function purgeItem(
  itemId: string,
  keys: readonly string[],
  { jobs, resultCache, datasetItems, objects }: PurgeMediaPorts,
): Promise<void> {
  for (const job of await jobs.listOfMedia(itemId)) {
    await Promise.all(jobKeys(job).map((each) => objects.remove(each)));
    await jobs.remove(job.id);
    // What its worker has written meanwhile: with the record gone no other comes.
    await Promise.all(jobKeys(job).map((each) => objects.remove(each)));
  }
  await resultCache.forget(itemId);
  await datasetItems.removeFromAll(itemId);
  for (const key of keys) await objects.remove(key);
}

/** Where what a job has found may lie. */
export function jobKeys({ id, video }: Pick<Job, 'id' | 'video'>): string[] {
  if (video === undefined) return [overlayKey(id), resultKey(id)];
  return [resultKey(id), framesKey(id), ...segmentKeys(id, video.segmentCount)];
}
