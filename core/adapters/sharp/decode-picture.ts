import type { DecodePicture, PictureView } from '../../domain/analyze-picture.ts';
import type { Box, Size } from '../../vision/geometry.ts';
import { fitLetterbox, type Letterbox } from '../../vision/letterbox.ts';
import { fillInput } from '../../vision/model-input.ts';
import { decodePixels, type OpenedPicture, openPicture } from './open-picture.ts';

/** Fifty megapixels: what a large camera makes; more is refused before it is decoded. */
const DEFAULT_LIMIT_PIXELS = 50_000_000;

/**
 * Decodes pictures into a model's input. The whole picture is shrunk while it is loaded where its format
 * allows; tiles are cut from a full decode, made once and only when the first of them is read.
 */
export function createPictureDecoder({ limitPixels = DEFAULT_LIMIT_PIXELS } = {}): DecodePicture {
  return async (bytes, { inputSize, planTiles }) => {
    const picture = await openPicture(bytes, limitPixels);
    const { width, height } = picture;
    const whole = fitLetterbox({ width, height }, inputSize);
    const input = await readWhole(picture, whole);
    const views: PictureView[] = [
      { area: { x1: 0, y1: 0, x2: width, y2: height }, letterbox: whole, read: async () => input },
    ];
    if (planTiles !== undefined) views.push(...openTiles(picture, planTiles({ width, height }), inputSize));
    return { width, height, views };
  };
}

async function readWhole(picture: OpenedPicture, letterbox: Letterbox): Promise<Float32Array> {
  const size = shrunkSize(picture, letterbox.content);
  const { width, height } = size;
  const pipeline =
    size.width === picture.width
      ? picture.pipeline()
      : picture.pipeline().resize(width, height, { fit: 'fill', kernel: 'linear' });
  return fillInput({ data: await decodePixels(pipeline), width, height }, letterbox);
}

/** The size after halving as often as the decoder can and the content allows; JPEGs skip the work for it. */
function shrunkSize({ width, height }: Size, content: Size): Size {
  let divisor = 1;
  while (divisor < 8 && width >= content.width * divisor * 2 && height >= content.height * divisor * 2)
    divisor *= 2;
  return { width: Math.ceil(width / divisor), height: Math.ceil(height / divisor) };
}

function openTiles(picture: OpenedPicture, tiles: readonly Box[], inputSize: Size): PictureView[] {
  let decoding: Promise<Buffer> | undefined;
  return tiles.map((area) => {
    const size = { width: area.x2 - area.x1, height: area.y2 - area.y1 };
    const letterbox = fitLetterbox(size, inputSize);
    return {
      area,
      letterbox,
      read: async () => {
        decoding ??= decodePixels(picture.pipeline());
        return fillInput({ data: cut(await decoding, picture.width, area), ...size }, letterbox);
      },
    };
  });
}

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
