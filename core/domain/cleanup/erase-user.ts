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

/** The account is not deleted yet: the message comes again. */
class UserExistsError extends Error {
  constructor(userId: string) {
    super(`There is still an account ${userId}, so nothing of it was erased.`);
    this.name = 'UserExistsError';
  }
}

/**
 * Removes everything a deleted user owned. Objects go before the records that name them, so that a run that
 * was cut off can be done again and finds what is left.
 * @throws UserExistsError where the user is not deleted: nothing of theirs is touched.
 */
export async function eraseUser(
  userId: string,
  { userData, userExists, objects }: EraseUserPorts,
): Promise<void> {
  for (;;) {
    if (await userExists(userId)) throw new UserExistsError(userId);
    const page = await userData.nextPage(userId);
    if (page === undefined) return;
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
