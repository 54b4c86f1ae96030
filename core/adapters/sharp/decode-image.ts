import sharp from 'sharp';
import type { DecodedImage, DecodeImage, FillInput, ImageView } from '../../domain/analysis/infer-image.ts';
import { freeMemory } from '../../vision/free-memory.ts';
import type { Box, Size } from '../../vision/geometry.ts';
import { fitLetterbox, type Letterbox } from '../../vision/letterbox.ts';
import { fillInput, type Pixels } from '../../vision/model-input.ts';
import { codePixels, type PixelCoding } from '../../vision/preprocessing.ts';
import { decodePixels, type OpenedImage, openImage } from './open-image.ts';

type Sized = Pick<OpenedImage, 'width' | 'height' | 'pipeline'>;

/** Fifty megapixels: what a large camera makes; more is refused before it is decoded. */
const DEFAULT_LIMIT_PIXELS = 50_000_000;

/**
 * Decodes images into a model's input. The whole image is shrunk while it is loaded where its format
 * allows; tiles are cut from a full decode, made once and only when the first of them is read.
 */
export function createImageDecoder({ limitPixels = DEFAULT_LIMIT_PIXELS } = {}): DecodeImage {
  return async (bytes, request) => {
    return decode(await openImage(bytes, limitPixels), request);
  };
}

/** The same for frames of one size, as RGB row by row. */
export const createFrameDecoder =
  ({ width, height }: Size): DecodeImage =>
  (pixels, request) =>
    decode(
      { width, height, pipeline: () => sharp(pixels, { raw: { width, height, channels: 3 } }) },
      request,
    );

async function decode(
  image: Sized,
  { inputSize, preprocessing, planTiles }: Parameters<DecodeImage>[1],
): Promise<DecodedImage> {
  const { width, height } = image;
  const coding = codePixels(preprocessing);
  const whole = fitLetterbox({ width, height }, inputSize, coding.fit);
  const pixels = await decodeFor(image, whole.content);
  const views: ImageView[] = [
    {
      area: { x1: 0, y1: 0, x2: width, y2: height },
      letterbox: whole,
      load: async () => fillOnce(pixels, whole, coding),
    },
  ];
  if (planTiles !== undefined) {
    views.push(...openTiles(image, planTiles({ width, height }), { inputSize, coding }));
  }
  return { width, height, views };
}

/**
 * Decodes as much as `content` needs. Of an image at least twice as large the decoder leaves out what is
 * not needed (a JPEG's finest frequencies are never computed); any other is resized by `fillInput`, bit for
 * bit as the models' own tools do.
 */
async function decodeFor(image: Sized, content: Size): Promise<Pixels> {
  const { width, height } = image;
  if (width < 2 * content.width || height < 2 * content.height) {
    return { data: await decodePixels(image.pipeline()), width, height };
  }
  const resized = image.pipeline().resize(content.width, content.height, { fit: 'fill', kernel: 'linear' });
  return { data: await decodePixels(resized), ...content };
}

function openTiles(
  image: Sized,
  tiles: readonly Box[],
  { inputSize, coding }: { inputSize: Size; coding: PixelCoding },
): ImageView[] {
  let decoding: Promise<Buffer> | undefined;
  return tiles.map((area) => {
    const size = { width: area.x2 - area.x1, height: area.y2 - area.y1 };
    const letterbox = fitLetterbox(size, inputSize, coding.fit);
    return {
      area,
      letterbox,
      load: async () => {
        decoding ??= decodePixels(image.pipeline());
        const data = await decoding;
        return fillOnce({ data: cut(data, image.width, area), ...size }, letterbox, coding);
      },
    };
  });
}

const fillOnce =
  (pixels: Pixels, letterbox: Letterbox, { channels }: PixelCoding): FillInput =>
  (tensor) => {
    fillInput({ tensor, channels }, pixels, letterbox);
    freeMemory(pixels.data);
  };

/** Copies an area out of RGB rows of an image that is `imageWidth` pixels wide. */
function cut(data: Uint8Array, imageWidth: number, { x1, y1, x2, y2 }: Box): Uint8Array {
  const rowBytes = (x2 - x1) * 3;
  const part = new Uint8Array(rowBytes * (y2 - y1));
  for (let y = y1; y < y2; y++) {
    const start = (y * imageWidth + x1) * 3;
    part.set(data.subarray(start, start + rowBytes), (y - y1) * rowBytes);
  }
  return part;
}
