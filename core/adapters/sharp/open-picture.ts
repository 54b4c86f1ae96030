import sharp, { type Metadata, type Sharp } from 'sharp';
import { UnusablePictureError } from '../../domain/errors.ts';

const SUPPORTED = 'Send a JPEG, PNG, WebP, AVIF, TIFF or GIF picture.';
const FORMATS = new Set(['jpeg', 'png', 'webp', 'heif', 'tiff', 'gif']);

/** A picture whose header was read: its size as it is shown, and sharp's pipeline that will decode it. */
export interface OpenedPicture {
  readonly width: number;
  readonly height: number;
  /** A pipeline that gives 8-bit sRGB without alpha, EXIF orientation applied. */
  readonly pipeline: () => Sharp;
}

/**
 * Reads a picture's header. Only the first frame counts; alpha is dropped, so what lies below transparent
 * pixels is seen, as OpenCV does; ICC profiles are ignored (they cost more than the decode, and models were
 * trained without) but for CMYK, which has no colours without one.
 * @throws UnusablePictureError
 */
export async function openPicture(bytes: Uint8Array, limitPixels: number): Promise<OpenedPicture> {
  if (bytes.byteLength === 0) {
    throw new UnusablePictureError('empty_picture', `The picture has no bytes. ${SUPPORTED}`);
  }
  const metadata = await readMetadata(bytes);
  if (!FORMATS.has(metadata.format) || isHeic(metadata)) throw unsupported(metadata);
  const { width, height } = metadata.autoOrient;
  if (width * height > limitPixels) {
    throw new UnusablePictureError(
      'too_many_pixels',
      `The picture has ${width} x ${height} pixels; ${limitPixels.toLocaleString('en')} are taken. Scale it down.`,
    );
  }
  const ignoreIcc = metadata.space !== 'cmyk';
  const pipeline = () =>
    sharp(bytes, { limitInputPixels: limitPixels, ignoreIcc })
      .autoOrient()
      .toColourspace('srgb')
      .removeAlpha();
  return { width, height, pipeline };
}

/** @throws UnusablePictureError where the pixels can't be decoded */
export async function decodePixels(pipeline: Sharp): Promise<Buffer> {
  try {
    return await pipeline.raw({ depth: 'uchar' }).toBuffer();
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
    throw new UnusablePictureError('unsupported_picture', `These bytes are not a picture. ${SUPPORTED}`, {
      cause,
    });
  }
}

const isHeic = ({ format, compression }: Metadata) => format === 'heif' && compression !== 'av1';

function unsupported(metadata: Metadata): UnusablePictureError {
  return isHeic(metadata)
    ? new UnusablePictureError('heic_unsupported', `HEIC can't be decoded here. Convert it: ${SUPPORTED}`)
    : new UnusablePictureError(
        'unsupported_picture',
        `A picture of type ${metadata.format} is not taken. ${SUPPORTED}`,
      );
}
