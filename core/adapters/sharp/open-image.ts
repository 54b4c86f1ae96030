import sharp, { type Metadata, type Sharp } from 'sharp';
import { UnusablePictureError } from '../../domain/entities/errors.ts';

const SUPPORTED = 'Send a JPEG, PNG, WebP, AVIF, TIFF or GIF picture.';
const CONTENT_TYPES: Partial<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  heif: 'image/avif',
  tiff: 'image/tiff',
  gif: 'image/gif',
};

/** A picture whose header was read: its size as it is shown, and sharp's pipeline that will decode it. */
export interface OpenedPicture {
  readonly width: number;
  readonly height: number;
  /** By what its bytes say. */
  readonly contentType: string;
  /** A pipeline that gives sRGB without alpha, EXIF orientation applied. */
  readonly pipeline: (options?: { ignoreIcc: boolean }) => Sharp;
}

/**
 * Reads a picture's header. Only the first frame counts; alpha is dropped, so what lies below transparent
 * pixels is seen, as OpenCV does; ICC profiles are ignored unless asked for (they cost more than the decode, and
 * models were trained without) but for CMYK, which has no colours without one.
 * @throws UnusablePictureError
 */
export async function openPicture(bytes: Uint8Array, limitPixels: number): Promise<OpenedPicture> {
  if (bytes.byteLength === 0) {
    throw new UnusablePictureError('empty_picture', `The picture has no bytes. ${SUPPORTED}`);
  }
  const metadata = await readMetadata(bytes);
  const contentType = CONTENT_TYPES[metadata.format];
  if (metadata.format === 'heif' && metadata.compression !== 'av1') throw heicError();
  if (contentType === undefined) {
    throw new UnusablePictureError(
      'unsupported_picture',
      `A picture of type ${metadata.format} is not taken. ${SUPPORTED}`,
    );
  }
  const { width, height } = metadata.autoOrient;
  if (width * height > limitPixels) {
    throw new UnusablePictureError(
      'too_many_pixels',
      `The picture has ${width} x ${height} pixels; ${limitPixels.toLocaleString('en')} are taken. Scale it down.`,
    );
  }
  const pipeline = ({ ignoreIcc } = { ignoreIcc: metadata.space !== 'cmyk' }) =>
    sharp(bytes, { limitInputPixels: limitPixels, ignoreIcc })
      .autoOrient()
      .toColourspace('srgb')
      .removeAlpha();
  return { width, height, contentType, pipeline };
}

/** @throws UnusablePictureError where the pixels can't be decoded */
export const decodePixels = (pipeline: Sharp): Promise<Buffer> =>
  refuseDamaged(pipeline.raw({ depth: 'uchar' }).toBuffer());

/** Only a whole decode shows that a picture is damaged. */
export async function refuseDamaged<T>(decoding: Promise<T>): Promise<T> {
  try {
    return await decoding;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusablePictureError(
      'damaged_picture',
      `The picture is damaged and can't be decoded (${reason}). Export it again.`,
      { cause },
    );
  }
}

async function readMetadata(bytes: Uint8Array): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    if (hasHeicBrand(bytes)) throw heicError(cause);
    throw new UnusablePictureError('unsupported_picture', `These bytes are not a picture. ${SUPPORTED}`, {
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
  new UnusablePictureError(
    'heic_unsupported',
    `HEIC pictures can't be decoded here. Convert it: ${SUPPORTED}`,
    { cause },
  );
