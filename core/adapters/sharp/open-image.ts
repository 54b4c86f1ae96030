import sharp, { type Metadata, type Sharp } from 'sharp';
import { UnusableImageError } from '../../domain/entities/errors.ts';

const SUPPORTED = 'Send a JPEG, PNG, WebP, AVIF, TIFF or GIF image.';
const CONTENT_TYPES: Partial<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  heif: 'image/avif',
  tiff: 'image/tiff',
  gif: 'image/gif',
};

/** An image whose header was read: its size as it is shown, and sharp's pipeline that will decode it. */
export interface OpenedImage {
  readonly width: number;
  readonly height: number;
  /** By what its bytes say. */
  readonly contentType: string;
  /** A pipeline that gives sRGB without alpha, EXIF orientation applied. */
  readonly pipeline: (options?: { ignoreIcc: boolean }) => Sharp;
}

/**
 * Reads an image's header. Only the first frame counts; alpha is dropped, so what lies below transparent
 * pixels is seen, as OpenCV does; ICC profiles are ignored unless asked for (they cost more than the decode, and
 * models were trained without) but for CMYK, which has no colours without one.
 * @throws UnusableImageError
 */
export async function openImage(bytes: Uint8Array, limitPixels: number): Promise<OpenedImage> {
  if (bytes.byteLength === 0) {
    throw new UnusableImageError('empty_image', `The image has no bytes. ${SUPPORTED}`);
  }
  const metadata = await readMetadata(bytes);
  const contentType = CONTENT_TYPES[metadata.format];
  if (metadata.format === 'heif' && metadata.compression !== 'av1') throw heicError();
  if (contentType === undefined) {
    throw new UnusableImageError(
      'unsupported_image',
      `An image of type ${metadata.format} is not taken. ${SUPPORTED}`,
    );
  }
  const { width, height } = metadata.autoOrient;
  if (width * height > limitPixels) {
    throw new UnusableImageError(
      'too_many_pixels',
      `The image has ${width} x ${height} pixels; ${limitPixels.toLocaleString('en')} are taken. Scale it down.`,
    );
  }
  const pipeline = ({ ignoreIcc } = { ignoreIcc: metadata.space !== 'cmyk' }) =>
    sharp(bytes, { limitInputPixels: limitPixels, ignoreIcc })
      .autoOrient()
      .toColourspace('srgb')
      .removeAlpha();
  return { width, height, contentType, pipeline };
}

/** @throws UnusableImageError where the pixels can't be decoded */
export const decodePixels = (pipeline: Sharp): Promise<Buffer> =>
  refuseDamaged(pipeline.raw({ depth: 'uchar' }).toBuffer());

/** Only a whole decode shows that an image is damaged. */
export async function refuseDamaged<T>(decoding: Promise<T>): Promise<T> {
  try {
    return await decoding;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusableImageError(
      'damaged_image',
      `The image is damaged and can't be decoded (${reason}). Export it again.`,
      { cause },
    );
  }
}

async function readMetadata(bytes: Uint8Array): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    if (hasHeicBrand(bytes)) throw heicError(cause);
    throw new UnusableImageError('unsupported_image', `These bytes are not an image. ${SUPPORTED}`, {
      cause,
    });
  }
}

/** The brand of an ISO base media file: bytes 8 to 12, after `ftyp`. */
function hasHeicBrand(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(4, 12)).toString('latin1');
  return /^ftyp(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(head);
}

const heicError = (cause?: unknown) =>
  new UnusableImageError('heic_unsupported', `HEIC images can't be decoded here. Convert it: ${SUPPORTED}`, {
    cause,
  });
