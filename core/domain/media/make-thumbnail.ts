import { type ImageRepository, imageKey, thumbnailKey } from '../entities/image.ts';
import type { ObjectStore } from '../entities/objects.ts';
import { findImage, type ImageContext } from './manage-images.ts';

export interface MakeThumbnailPorts {
  readonly images: Pick<ImageRepository, 'find'>;
  readonly objects: Pick<ObjectStore, 'has' | 'get' | 'put'>;
  /** @returns WebP bytes. */
  readonly shrink: (image: Uint8Array) => Promise<Uint8Array>;
}

/**
 * Makes one's own image small, once.
 * @returns the key of the small one.
 * @throws ImageNotFoundError
 */
export async function makeThumbnail(
  idOrHash: string,
  context: ImageContext,
  { images, objects, shrink }: MakeThumbnailPorts,
): Promise<string> {
  const { id } = await findImage(idOrHash, context, { images });
  const key = thumbnailKey(id);
  if (await objects.has(key)) return key;
  await objects.put(key, await shrink(await objects.get(imageKey(id))), 'image/webp');
  return key;
}
