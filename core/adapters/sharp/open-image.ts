import sharp, { type Metadata, type Sharp } from 'sharp';
import { UnusableImageError } from '../../domain/entities/errors.ts';
import { CONTENT_TYPES, hasHeicBrand, type ImageFormat, sniffImage } from './sniff-image.ts';

const SUPPORTED = 'Send a JPEG, PNG, WebP, AVIF, TIFF or GIF image.';

/** No other decoder of libvips ever runs in a process that opens what users send. */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Tiff', 'Nsgif'].map((format) => `VipsForeignLoad${format}`),
});

/** What a decoded image may take: 16 bits for each of three colours. A header of 32-bit floats asks for more. */
const LIMIT_BYTES_PER_PIXEL = 6;

/** An image whose header was read: its size as it is shown, and sharp's pipeline that will decode it. */
export interface OpenedImage {
  readonly width: number;
  readonly height: number;
  /** By what its bytes say. */
  readonly contentType: string;
  /** How it is turned, as EXIF counts: 1 to 8. */
  readonly orientation: number;
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
  const { format, metadata } = await readHeader(bytes);
  const { width, height } = metadata.autoOrient;
  if (width * height > limitPixels) {
    throw new UnusableImageError(
      'too_many_pixels',
      `The image has ${width} x ${height} pixels; ${limitPixels.toLocaleString('en')} are taken. Scale it down.`,
    );
  }
  refuseDeep(metadata, limitPixels * LIMIT_BYTES_PER_PIXEL);
  const pipeline = ({ ignoreIcc } = { ignoreIcc: metadata.space !== 'cmyk' }) =>
    sharp(bytes, { limitInputPixels: limitPixels, ignoreIcc })
      .autoOrient()
      .toColourspace('srgb')
      .removeAlpha();
  return {
    width,
    height,
    contentType: CONTENT_TYPES[format],
    orientation: metadata.orientation ?? 1,
    pipeline,
  };
}

/** @throws UnusableImageError where the format is not one that is taken; nothing is asked of a decoder then. */
async function readHeader(bytes: Uint8Array): Promise<{ format: ImageFormat; metadata: Metadata }> {
  const format = sniffImage(bytes);
  if (format === undefined) throw notAnImage();
  const metadata = await readMetadata(bytes);
  if (metadata.format !== format) throw notAnImage();
  if (format === 'heif' && metadata.compression !== 'av1') throw heicError();
  return { format, metadata };
}

const BYTES_OF_DEPTH: Partial<Record<string, number>> = {
  ...{ ushort: 2, short: 2, uint: 4, int: 4, float: 4, complex: 8, double: 8, dpcomplex: 16 },
};

function refuseDeep({ width, height, channels, depth }: Metadata, limitBytes: number): void {
  const sampleBytes = BYTES_OF_DEPTH[depth] ?? 1;
  if (width * height * channels * sampleBytes <= limitBytes) return;
  throw new UnusableImageError(
    'too_many_pixels',
    `The image has ${channels} channels of ${sampleBytes * 8} bits in ${width} x ${height} pixels: too much to decode. Save it with 8 bits a channel, or scale it down.`,
  );
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
    throw notAnImage(cause);
  }
}

const notAnImage = (cause?: unknown) =>
  new UnusableImageError('unsupported_image', `These bytes are not an image that is taken. ${SUPPORTED}`, {
    cause,
  });

const heicError = (cause?: unknown) =>
  new UnusableImageError('heic_unsupported', `HEIC images can't be decoded here. Convert it: ${SUPPORTED}`, {
    cause,
  });
