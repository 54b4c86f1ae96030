import { imageKey } from '../entities/image.ts';
import type { Job } from '../entities/job.ts';
import { archiveKey, uploadKey } from '../entities/upload.ts';
import { videoKey } from '../entities/video.ts';
import { jobKeys } from './purge-media.ts';

/** Some of what a user owned, in the table. */
export interface Belongings {
  readonly imageIds: readonly string[];
  readonly videoIds: readonly string[];
  readonly uploadIds: readonly string[];
  readonly jobs: readonly Pick<Job, 'id' | 'video'>[];
  /** Takes these, and whatever else goes with them, out of the table. */
  forget(): Promise<void>;
}

export interface EraseUserPorts {
  readonly belongings: {
    /** The next few; undefined when nothing is left. */
    next(userId: string): Promise<Belongings | undefined>;
  };
  readonly objects: { remove(key: string): Promise<void> };
}

/**
 * Removes everything a deleted user owned. Objects go before the records that name them, so that a run that
 * was cut off can be done again and finds what is left.
 */
export async function eraseUser(userId: string, { belongings, objects }: EraseUserPorts): Promise<void> {
  for (;;) {
    const found = await belongings.next(userId);
    if (found === undefined) return;
    const keys = [
      ...found.imageIds.map(imageKey),
      ...found.videoIds.map(videoKey),
      ...found.uploadIds.flatMap((id) => [uploadKey(id), archiveKey(id)]),
      ...found.jobs.flatMap(jobKeys),
    ];
    await Promise.all(keys.map((key) => objects.remove(key)));
    await found.forget();
  }
}
