import { type Letterbox, PADDING_GRAY } from './letterbox.ts';

/** The 32-bit float of each byte as a share of 255. */
const SHARES = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Puts decoded pixels into a model's input: planes of red, green and blue, 0..1, the padding gray.
 * @param pixels RGB bytes, row by row, as large as the letterbox's content.
 * @returns `[1, 3, height, width]`.
 */
export function fillInput(pixels: Uint8Array, { input, content, left, top }: Letterbox): Float32Array {
  const plane = input.width * input.height;
  const tensor = new Float32Array(3 * plane);
  if (content.width * content.height < plane) tensor.fill(PADDING_GRAY / 255);
  let source = 0;
  for (let y = 0; y < content.height; y++) {
    let target = (top + y) * input.width + left;
    for (const end = target + content.width; target < end; target++) {
      tensor[target] = SHARES[pixels[source] as number] as number;
      tensor[target + plane] = SHARES[pixels[source + 1] as number] as number;
      tensor[target + 2 * plane] = SHARES[pixels[source + 2] as number] as number;
      source += 3;
    }
  }
  return tensor;
}
