import { overlayKey, resultKey } from './draw-overlay.ts';
import { imageKey } from './image.ts';

/** An image whose record is gone: it was deleted, or its time was over. */
export interface GoneImage {
  readonly id: string;
  readonly userId: string;
  readonly sha256: string;
}

export interface ForgetImagePorts {
  readonly jobs: {
    listOfImage(imageId: string): Promise<{ id: string }[]>;
    /** Ends the job where it still goes on, then removes it with its result. */
    remove(jobId: string): Promise<void>;
  };
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
  for (const { id } of await ports.jobs.listOfImage(image.id)) {
    await Promise.all([overlayKey(id), resultKey(id)].map((key) => ports.objects.remove(key)));
    await ports.jobs.remove(id);
  }
  await ports.datasetItems.removeFromAll(image.id);
  await ports.objects.remove(imageKey(image.id));
}
