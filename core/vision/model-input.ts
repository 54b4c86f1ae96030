import type { Size } from './geometry.ts';
import { type Letterbox, PADDING_GRAY } from './letterbox.ts';
import { createRowResizer } from './resize-rows.ts';

/** RGB bytes, row by row. */
export interface Pixels extends Size {
  readonly data: Uint8Array;
}

/** The 32-bit float of each byte as a share of 255. */
const SHARES = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Resizes decoded pixels to the letterbox's content and puts them into a model's input: planes of red, green
 * and blue, 0..1, the padding gray.
 * @returns `[1, 3, height, width]`.
 */
export function fillInput(pixels: Pixels, { input, content, left, top }: Letterbox): Float32Array {
  const plane = input.width * input.height;
  const tensor = new Float32Array(3 * plane);
  if (content.width * content.height < plane) tensor.fill(PADDING_GRAY / 255);
  const readRow = createRowReader(pixels, content);
  for (let y = 0; y < content.height; y++) {
    const row = readRow(y);
    const start = (top + y) * input.width + left;
    for (let x = 0; x < content.width; x++) {
      tensor[start + x] = SHARES[row[3 * x] as number] as number;
      tensor[start + x + plane] = SHARES[row[3 * x + 1] as number] as number;
      tensor[start + x + 2 * plane] = SHARES[row[3 * x + 2] as number] as number;
    }
  }
  return tensor;
}

function createRowReader(pixels: Pixels, { width, height }: Size): (y: number) => Uint8Array {
  if (pixels.width === width && pixels.height === height) {
    return (y) => pixels.data.subarray(y * width * 3, (y + 1) * width * 3);
  }
  return createRowResizer(pixels, { width, height });
}
