import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Keep } from '../../contracts/http/images.ts';
import { UnusablePictureError } from '../../domain/errors.ts';
import type { NormalizedPicture } from '../../domain/store-picture.ts';

/** From visually lossless downwards; measured on what it does to masks, see docs/architecture.md. */
const QUALITY_STEPS = [
  { quality: 95, chromaSubsampling: '4:4:4' },
  { quality: 90, chromaSubsampling: '4:4:4' },
  { quality: 80, chromaSubsampling: '4:2:0' },
] as const;

const CONTENT_TYPES: Partial<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  tiff: 'image/tiff',
  gif: 'image/gif',
};

const SUPPORTED = 'Send a JPEG, PNG, WebP, AVIF, TIFF or GIF picture.';

/**
 * Checks a picture by what its bytes say, then makes the one copy that is stored: first frame, EXIF
 * orientation applied, sRGB, no metadata, never resized. With `keep: original` the bytes stay as they are.
 * @throws UnusablePictureError
 */
export function createPictureNormalizer({ limitPixels }: { limitPixels: number }) {
  return async (bytes: Uint8Array, keep: Keep): Promise<NormalizedPicture> => {
    if (bytes.byteLength === 0) {
      throw new UnusablePictureError('empty_picture', `The picture has no bytes. ${SUPPORTED}`);
    }
    const metadata = await readMetadata(bytes);
    const contentType = checkFormat(metadata);
    checkPixels(metadata, limitPixels);
    const upright = sharp(bytes, { limitInputPixels: limitPixels })
      .rotate()
      .toColourspace('srgb')
      .removeAlpha();
    if (keep === 'original') return { bytes, contentType, ...(await decodedSize(upright)) };
    return { ...(await compress(upright, bytes.byteLength)), contentType: 'image/jpeg' };
  };
}

async function readMetadata(bytes: Uint8Array): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    if (isHeic(bytes)) throw heicError(cause);
    throw new UnusablePictureError('unsupported_picture', `These bytes are not a picture. ${SUPPORTED}`, {
      cause,
    });
  }
}

function checkFormat({ format, compression }: Metadata): string {
  if (format === 'heif' && compression !== 'av1') throw heicError();
  const contentType = CONTENT_TYPES[format === 'heif' ? 'avif' : format];
  if (contentType === undefined) {
    throw new UnusablePictureError(
      'unsupported_picture',
      `A picture of type ${format} is not taken. ${SUPPORTED}`,
    );
  }
  return contentType;
}

function checkPixels({ width, height }: Metadata, limitPixels: number): void {
  if (width * height <= limitPixels) return;
  throw new UnusablePictureError(
    'too_many_pixels',
    `The picture has ${width} x ${height} pixels; up to ${limitPixels.toLocaleString('en')} are taken. Scale it down.`,
  );
}

/** Full decode: what can't be decoded later is refused now. */
async function decodedSize(upright: Sharp): Promise<{ width: number; height: number }> {
  const { info } = await decoding(upright.raw().toBuffer({ resolveWithObject: true }));
  return { width: info.width, height: info.height };
}

async function compress(
  upright: Sharp,
  uploadedBytes: number,
): Promise<Omit<NormalizedPicture, 'contentType'>> {
  const attempts = [];
  for (const step of QUALITY_STEPS) {
    const { data, info } = await decoding(upright.clone().jpeg(step).toBuffer({ resolveWithObject: true }));
    const attempt = { bytes: data, width: info.width, height: info.height };
    if (data.byteLength <= uploadedBytes) return attempt;
    attempts.push(attempt);
  }
  // Nothing would be smaller than the upload, so nothing is gained by losing quality.
  return attempts[0] as (typeof attempts)[0];
}

async function decoding<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusablePictureError(
      'damaged_picture',
      `The picture is damaged and can't be decoded (${reason}). Export it again.`,
      { cause },
    );
  }
}

/** The brand of an ISO base media file: bytes 8 to 12, after `ftyp`. */
function isHeic(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(4, 12)).toString('latin1');
  return /^ftyp(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(head);
}

const heicError = (cause?: unknown) =>
  new UnusablePictureError(
    'heic_unsupported',
    `HEIC pictures can't be decoded here. Convert it: ${SUPPORTED}`,
    {
      cause,
    },
  );
