import { openImage } from './open-image.ts';
import { refuseDamaged } from './refuse-damaged.ts';

/** A row of a grid on a screen of two pixels a point; what is wider than three times that is narrower still. */
const LARGEST = { width: 1_200, height: 400 };
/** The image was let in before; making it small has no limit of its own. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * @returns the image as a small WebP, upright, in its own proportions, never larger than it was.
 * @throws UnusableImageError
 */
export async function shrinkImage(bytes: Uint8Array): Promise<Buffer> {
  const { pipeline } = await openImage(bytes, NO_LIMIT);
  const small = pipeline().resize({ ...LARGEST, fit: 'inside', withoutEnlargement: true });
  return refuseDamaged(small.webp({ quality: 80 }).toBuffer());
}
