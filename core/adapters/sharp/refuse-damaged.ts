import { UnusableImageError } from '../../domain/entities/errors.ts';

/** Only a whole decode shows that an image is damaged. */
export async function refuseDamaged<T>(decoding: Promise<T>): Promise<T> {
  try {
    return await decoding;
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new UnusableImageError(
      'damaged_image',
      `The image is damaged and can't be decoded (${reason}). Export it again.`,
      { cause },
    );
  }
}
