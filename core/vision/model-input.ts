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
  const rowTargets = input.channels.map((channel) => ({
    values: channel.values,
    startOf: (y: number) => channel.plane * plane + (top + y) * letterbox.input.width + left,
  }));
  if (pixels.width !== content.width || pixels.height !== content.height) {
    resizeLinear(pixels, content, { target: input.tensor, channels: rowTargets });
    return;
  }
  for (let y = 0; y < content.height; y++) {
    const row = pixels.data.subarray(y * content.width * 3, (y + 1) * content.width * 3);
    for (const [colour, { values, startOf }] of rowTargets.entries()) {
      spreadRow(input.tensor, row, { colour, values, start: startOf(y) });
    }
  }
}

function pad({ tensor, channels }: InputPlanes, size: number): void {
  for (const { plane, padding } of channels) tensor.fill(padding, plane * size, (plane + 1) * size);
}

/** One colour of a row of pixels. */
function spreadRow(
  tensor: Float32Array,
  row: Uint8Array,
  { colour, values, start }: { colour: number; values: Float32Array; start: number },
): void {
  for (let at = colour, target = start; at < row.length; at += 3, target++) {
    tensor[target] = values[row[at] as number] as number;
  }
}
