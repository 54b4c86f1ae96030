import sharp from 'sharp';
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
    const whole = fitLetterbox(picture, inputSize);
    const input = await readWhole(picture, whole);
    const views: PictureView[] = [
      { area: { x1: 0, y1: 0, x2: width, y2: height }, letterbox: whole, read: async () => input },
    ];
    if (planTiles !== undefined) views.push(...openTiles(picture, planTiles(picture), inputSize));
    return { width, height, views };
  };
}

async function readWhole(picture: OpenedPicture, letterbox: Letterbox): Promise<Float32Array> {
  const { width, height } = letterbox.content;
  const pixels = await decodePixels(
    picture.pipeline().resize(width, height, { fit: 'fill', kernel: 'linear' }),
  );
  return fillInput(pixels, letterbox);
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
        const { width, height } = picture;
        const cut = sharp(await decoding, { raw: { width, height, channels: 3 } })
          .extract({ left: area.x1, top: area.y1, ...size })
          .resize(letterbox.content.width, letterbox.content.height, { fit: 'fill', kernel: 'linear' });
        return fillInput(await decodePixels(cut), letterbox);
      },
    };
  });
}
