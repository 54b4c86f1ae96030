import type { Size } from './geometry.ts';
import { type Letterbox, PADDING_GRAY } from './letterbox.ts';
import { resizeLinear } from './linear-resize.ts';

/** RGB bytes, row by row. */
export interface Pixels extends Size {
  readonly data: Uint8Array;
}

/** The 32-bit float of each byte as a share of 255. */
const SHARES = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Resizes decoded pixels to the letterbox's content and puts them into a model's input: planes of red, green
 * and blue, 0..1, the padding gray.
 * @param tensor `[1, 3, height, width]`, overwritten.
 */
export function fillInput(tensor: Float32Array, pixels: Pixels, letterbox: Letterbox): void {
  const { input, content, left, top } = letterbox;
  const plane = input.width * input.height;
  if (content.width * content.height < plane) tensor.fill(PADDING_GRAY / 255);
  const startOf = (y: number, channel: number) => channel * plane + (top + y) * input.width + left;
  if (pixels.width !== content.width || pixels.height !== content.height) {
    resizeLinear(pixels, content, { target: tensor, shares: SHARES, startOf });
    return;
  }
  for (let y = 0; y < content.height; y++) {
    const row = pixels.data.subarray(y * content.width * 3, (y + 1) * content.width * 3);
    spreadRow(tensor, row, { start: startOf(y, 0), plane });
  }
}

function spreadRow(
  tensor: Float32Array,
  row: Uint8Array,
  { start, plane }: { start: number; plane: number },
): void {
  for (let at = 0, target = start; at < row.length; at += 3, target++) {
    tensor[target] = SHARES[row[at] as number] as number;
    tensor[target + plane] = SHARES[row[at + 1] as number] as number;
    tensor[target + 2 * plane] = SHARES[row[at + 2] as number] as number;
  }
}
