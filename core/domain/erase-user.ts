import { overlayKey, resultKey } from './draw-overlay.ts';
import { imageKey } from './image.ts';

/** Some of what a user owned, in the table. */
export interface Belongings {
  readonly imageIds: readonly string[];
  readonly jobIds: readonly string[];
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
      ...found.jobIds.flatMap((jobId) => [overlayKey(jobId), resultKey(jobId)]),
    ];
    await Promise.all(keys.map((key) => objects.remove(key)));
    await found.forget();
  }
}
