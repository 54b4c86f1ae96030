import sharp, { type Metadata, type Sharp } from 'sharp';
import { UnusableImageError } from '../../domain/entities/errors.ts';
import { nameFormat } from './name-format.ts';
import { hasFloats, openFloats } from './read-floats.ts';
import { refuseDamaged } from './refuse-damaged.ts';
import { CONTENT_TYPES, hasHeicBrand, type ImageFormat, sniffImage } from './sniff-image.ts';

const SUPPORTED = 'Send a JPEG, PNG, WebP, AVIF, TIFF or GIF image.';

/** No other decoder of libvips ever runs in a process that opens what users send. */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Tiff', 'Nsgif'].map((format) => `VipsForeignLoad${format}`),
});

/** What a decoder can read around, as OpenCV does, is no damage; missing data is. */
const FAIL_ON = 'error';

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
      `The image has ${width} x ${height} pixels; up to ${limitPixels.toLocaleString('en')} are accepted. Scale it down.`,
    );
  }
  refuseDeep(metadata, limitPixels * LIMIT_BYTES_PER_PIXEL);
  const floats = hasFloats(metadata)
    ? await openFloats(bytes, { space: metadata.space, limitPixels })
    : undefined;
  const decode = ({ ignoreIcc } = { ignoreIcc: metadata.space !== 'cmyk' }) =>
    sharp(bytes, { limitInputPixels: limitPixels, ignoreIcc, failOn: FAIL_ON })
      .autoOrient()
      .toColourspace('srgb')
      .removeAlpha();
  const pipeline = floats === undefined ? decode : () => floats.clone();
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
  if (format === undefined) throw notTaken(bytes);
  const metadata = await readMetadata(bytes, format);
  if (metadata.format !== format) throw notAnImage();
  if (format === 'heif' && metadata.compression !== 'av1' && !(await canDecode(bytes))) throw heicError();
  return { format, metadata };
}

/** A libvips that somebody built with a decoder of HEVC; the one that comes with sharp has none. */
async function canDecode(bytes: Uint8Array): Promise<boolean> {
  try {
    await sharp(bytes, { failOn: FAIL_ON }).resize(8, 8).raw().toBuffer();
    return true;
  } catch {
    return false;
  }
}

const BYTES_OF_DEPTH: Partial<Record<string, number>> = {
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
  complex: 8,
  double: 8,
  dpcomplex: 16,
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

/** What begins as an image and has no header after that is cut off. */
async function readMetadata(bytes: Uint8Array, format: ImageFormat): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false, failOn: FAIL_ON }).metadata();
  } catch (cause) {
    if (hasHeicBrand(bytes)) throw heicError(cause);
    const name = format === 'heif' ? undefined : format;
    if (name === undefined) throw notTaken(bytes, cause);
    throw new UnusableImageError(
      'damaged_image',
      `The ${NAMES[name]} can't be read: it is cut off, damaged or of a rare kind (${firstLine(cause)}). Export it again.`,
      { cause },
    );
  }
}

const firstLine = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];

const NAMES = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', tiff: 'TIFF', gif: 'GIF' };

function notTaken(bytes: Uint8Array, cause?: unknown): UnusableImageError {
  const name = nameFormat(bytes);
  if (name === undefined) return notAnImage(cause);
  const words = `This is a file of the format ${name}, which is not taken. ${SUPPORTED}`;
  return new UnusableImageError('unsupported_image', words, { cause });
}

const notAnImage = (cause?: unknown) =>
  new UnusableImageError(
    'unsupported_image',
    `These bytes are not an image in a supported format. ${SUPPORTED}`,
    {
      cause,
    },
  );

const heicError = (cause?: unknown) =>
  new UnusableImageError('heic_unsupported', `HEIC images cannot be decoded. Convert it: ${SUPPORTED}`, {
    cause,
  });
