import { imageKeys } from '../entities/image.ts';
import type { Job } from '../entities/job.ts';
import type { ObjectStore } from '../entities/objects.ts';
import { archiveKey, uploadKey } from '../entities/upload.ts';
import { videoKey } from '../entities/video.ts';
import { jobKeys } from './purge-media.ts';

/** A page of what a user owned, in the table. */
export interface UserDataPage {
  readonly imageIds: readonly string[];
  readonly videoIds: readonly string[];
  readonly uploadIds: readonly string[];
  readonly jobs: readonly Pick<Job, 'id' | 'video'>[];
  /** Takes these, and whatever else goes with them, out of the table. */
  remove(): Promise<void>;
}

export interface EraseUserPorts {
  readonly userData: {
    /** The next few; undefined when nothing is left. */
    nextPage(userId: string): Promise<UserDataPage | undefined>;
  };
  /** Whether there is such a user (again). */
  readonly userExists: (userId: string) => Promise<boolean>;
  readonly objects: Pick<ObjectStore, 'remove'>;
}

/**
 * Removes everything a deleted user owned. Objects go before the records that name them, so that a run that
 * was cut off can be done again and finds what is left.
 * @returns `kept` where the user is there, of whom nothing is touched: the deletion comes in a moment, and is asked for
 *   again once it must be over, or was refused.
 */
export async function eraseUser(
  userId: string,
  { userData, userExists, objects }: EraseUserPorts,
): Promise<'erased' | 'kept'> {
  for (;;) {
    if (await userExists(userId)) return 'kept';
    const page = await userData.nextPage(userId);
    if (page === undefined) return 'erased';
    const keys = [
      ...page.imageIds.flatMap(imageKeys),
      ...page.videoIds.map(videoKey),
      ...page.uploadIds.flatMap((id) => [uploadKey(id), archiveKey(id)]),
      ...page.jobs.flatMap(jobKeys),
    ];
    await Promise.all(keys.map((key) => objects.remove(key)));
    await page.remove();
    // What workers have written meanwhile: with the records gone no more comes.
    await Promise.all(page.jobs.flatMap(jobKeys).map((key) => objects.remove(key)));
  }
}
