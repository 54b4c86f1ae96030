import type { Sharp } from 'sharp';
import type { Keep } from '../../contracts/http/images.ts';
import { UnusableImageError } from '../../domain/entities/errors.ts';
import type { NormalizedImage } from '../../domain/media/store-image.ts';
import { keepJpegScan } from './keep-jpeg-scan.ts';
import { openImage } from './open-image.ts';
import { refuseDamaged } from './refuse-damaged.ts';

/** From visually lossless downwards; measured on what it does to masks, see docs/architecture.md. */
const QUALITY_STEPS = [
  { quality: 95, chromaSubsampling: '4:4:4' },
  { quality: 90, chromaSubsampling: '4:4:4' },
  { quality: 80, chromaSubsampling: '4:2:0' },
] as const;

/** What libjpeg writes and reads, a little less than the format holds. */
const JPEG_LIMIT_SIDE = 65_500;

/**
 * Checks an image by what its bytes say, then makes the one copy that is stored, never resized and without
 * metadata. A JPEG that another encoding would not make much smaller keeps its own scan, so that its pixels are
 * those that were uploaded; of anything else the first frame is compressed, upright and in sRGB. With
 * `keep: original` the bytes stay as they are.
 * @throws UnusableImageError
 */
export function createImageNormalizer({ limitPixels }: { limitPixels: number }) {
  return async (bytes: Uint8Array, keep: Keep): Promise<NormalizedImage> => {
    const { width, height, contentType, orientation, pipeline } = await openImage(bytes, limitPixels);
    if (keep === 'original') return { bytes, contentType, ...(await decodedSize(pipeline())) };
    const upright = pipeline({ ignoreIcc: false });
    const kept = contentType === 'image/jpeg' ? keepJpegScan(bytes, orientation) : undefined;
    if (kept !== undefined) return { bytes: kept, contentType, ...(await decodedSize(pipeline())) };
    refuseLong(width, height);
    return { ...(await compress(upright, bytes.byteLength)), contentType: 'image/jpeg' };
  };
}

/** Full decode: what can't be decoded later is refused now. */
async function decodedSize(upright: Sharp): Promise<{ width: number; height: number }> {
  const { info } = await refuseDamaged(upright.raw().toBuffer({ resolveWithObject: true }));
  return { width: info.width, height: info.height };
}

function refuseLong(width: number, height: number): void {
  if (Math.max(width, height) <= JPEG_LIMIT_SIDE) return;
  throw new UnusableImageError(
    'too_many_pixels',
    `The image has ${width} x ${height} pixels; up to ${JPEG_LIMIT_SIDE.toLocaleString('en')} on a side can be compressed. Scale it down, or send it with keep=original.`,
  );
}

async function compress(
  upright: Sharp,
  uploadedBytes: number,
): Promise<Omit<NormalizedImage, 'contentType'>> {
  const attempts = [];
  for (const step of QUALITY_STEPS) {
    const { data, info } = await refuseDamaged(
      upright.clone().jpeg(step).toBuffer({ resolveWithObject: true }),
    );
    const attempt = { bytes: data, width: info.width, height: info.height };
    if (data.byteLength <= uploadedBytes) return attempt;
    attempts.push(attempt);
  }
  // Nothing would be smaller than the upload, so nothing is gained by losing quality.
  return attempts[0] as (typeof attempts)[0];
}
