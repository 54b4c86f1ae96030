import type { Size } from './geometry.ts';
import type { Letterbox } from './letterbox.ts';
import { resizeLinear } from './linear-resize.ts';
import type { ChannelCoding } from './preprocessing.ts';

/** RGB bytes, row by row. */
export interface Pixels extends Size {
  readonly data: Uint8Array;
}

/** A model's input, and how pixels are written into it. */
export interface InputPlanes {
  /** `[1, 3, height, width]`, overwritten. */
  readonly tensor: Float32Array;
  /** Of red, green and blue. */
  readonly channels: readonly ChannelCoding[];
}

/** Resizes decoded pixels to the letterbox's content and puts them into a model's input, padding around them. */
export function fillInput(input: InputPlanes, pixels: Pixels, letterbox: Letterbox): void {
  const { content, left, top } = letterbox;
  const plane = letterbox.input.width * letterbox.input.height;
  if (content.width * content.height < plane) pad(input, plane);
  const colours = input.channels.map(({ values, plane: index }) => {
    const first = index * plane + top * letterbox.input.width + left;
    return { values, startOf: (y: number) => first + y * letterbox.input.width };
  });
  if (pixels.width !== content.width || pixels.height !== content.height) {
    resizeLinear(pixels, content, { target: input.tensor, channels: colours });
    return;
  }
  for (const [colour, { values, startOf }] of colours.entries()) {
    codeColour(
      pixels,
      { colour, values },
      { tensor: input.tensor, first: startOf(0), stride: letterbox.input.width },
    );
  }
}

function pad({ tensor, channels }: InputPlanes, size: number): void {
  for (const { plane, padding } of channels) tensor.fill(padding, plane * size, (plane + 1) * size);
}

/** Puts one colour of all pixels into its plane. A loop of its own: inside another it took V8 more than twice as long. */
function codeColour(
  { data, width, height }: Pixels,
  { colour, values }: { colour: number; values: Float32Array },
  { tensor, first, stride }: { tensor: Float32Array; first: number; stride: number },
): void {
  for (let y = 0, at = colour, row = first; y < height; y++, row += stride) {
    for (let target = row; target < row + width; target++, at += 3) {
      tensor[target] = values[data[at] as number] as number;
    }
  }
}
