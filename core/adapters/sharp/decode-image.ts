import sharp from 'sharp';
import type {
  DecodedPicture,
  DecodePicture,
  FillInput,
  PictureView,
} from '../../domain/analysis/infer-image.ts';
import { freeMemory } from '../../vision/free-memory.ts';
import type { Box, Size } from '../../vision/geometry.ts';
import { fitLetterbox, type Letterbox } from '../../vision/letterbox.ts';
import { fillInput, type Pixels } from '../../vision/model-input.ts';
import { decodePixels, type OpenedPicture, openPicture } from './open-image.ts';

type Sized = Pick<OpenedPicture, 'width' | 'height' | 'pipeline'>;

/** Fifty megapixels: what a large camera makes; more is refused before it is decoded. */
const DEFAULT_LIMIT_PIXELS = 50_000_000;

/**
 * Decodes pictures into a model's input. The whole picture is shrunk while it is loaded where its format
 * allows; tiles are cut from a full decode, made once and only when the first of them is read.
 */
export function createPictureDecoder({ limitPixels = DEFAULT_LIMIT_PIXELS } = {}): DecodePicture {
  return async (bytes, request) => {
    return decode(await openPicture(bytes, limitPixels), request);
  };
}

/** The same for frames of one size, as RGB row by row. */
export const createFrameDecoder =
  ({ width, height }: Size): DecodePicture =>
  (pixels, request) =>
    decode(
      { width, height, pipeline: () => sharp(pixels, { raw: { width, height, channels: 3 } }) },
      request,
    );

async function decode(
  picture: Sized,
  { inputSize, planTiles }: Parameters<DecodePicture>[1],
): Promise<DecodedPicture> {
  const { width, height } = picture;
  const whole = fitLetterbox({ width, height }, inputSize);
  const pixels = await decodeFor(picture, whole.content);
  const views: PictureView[] = [
    {
      area: { x1: 0, y1: 0, x2: width, y2: height },
      letterbox: whole,
      load: async () => fillOnce(pixels, whole),
    },
  ];
  if (planTiles !== undefined) views.push(...openTiles(picture, planTiles({ width, height }), inputSize));
  return { width, height, views };
}

/**
 * Decodes as much as `content` needs. Of a picture at least twice as large the decoder leaves out what is
 * not needed (a JPEG's finest frequencies are never computed); any other is resized by `fillInput`, bit for
 * bit as the models' own tools do.
 */
async function decodeFor(picture: Sized, content: Size): Promise<Pixels> {
  const { width, height } = picture;
  if (width < 2 * content.width || height < 2 * content.height) {
    return { data: await decodePixels(picture.pipeline()), width, height };
  }
  const resized = picture.pipeline().resize(content.width, content.height, { fit: 'fill', kernel: 'linear' });
  return { data: await decodePixels(resized), ...content };
}

function openTiles(picture: Sized, tiles: readonly Box[], inputSize: Size): PictureView[] {
  let decoding: Promise<Buffer> | undefined;
  return tiles.map((area) => {
    const size = { width: area.x2 - area.x1, height: area.y2 - area.y1 };
    const letterbox = fitLetterbox(size, inputSize);
    return {
      area,
      letterbox,
      load: async () => {
        decoding ??= decodePixels(picture.pipeline());
        const data = await decoding;
        return fillOnce({ data: cut(data, picture.width, area), ...size }, letterbox);
      },
    };
  });
}

const fillOnce =
  (pixels: Pixels, letterbox: Letterbox): FillInput =>
  (input) => {
    fillInput(input, pixels, letterbox);
    freeMemory(pixels.data);
  };

/** Copies an area out of RGB rows of a picture that is `pictureWidth` pixels wide. */
function cut(data: Uint8Array, pictureWidth: number, { x1, y1, x2, y2 }: Box): Uint8Array {
  const rowBytes = (x2 - x1) * 3;
  const part = new Uint8Array(rowBytes * (y2 - y1));
  for (let y = y1; y < y2; y++) {
    const start = (y * pictureWidth + x1) * 3;
    part.set(data.subarray(start, start + rowBytes), (y - y1) * rowBytes);
  }
  return part;
}
