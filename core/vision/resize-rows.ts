import type { Size } from './geometry.ts';
import { roundHalfEven } from './geometry.ts';
import type { Pixels } from './model-input.ts';

/** OpenCV weighs in parts of 2,048. */
const WEIGHT_BITS = 11;

interface Taps {
  /** Index of the first of two neighbours; the second is the next one, or the same at the end. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly lowWeight: Int32Array;
  readonly highWeight: Int32Array;
}

/**
 * Resizes RGB rows as OpenCV's `resize(INTER_LINEAR)` does for bytes: two neighbours a side, half-pixel
 * centres, fixed-point weights. Models were trained on it.
 * @returns a function that gives row `y` of the result; the array is valid until the next call.
 */
export function createRowResizer(pixels: Pixels, target: Size): (y: number) => Uint8Array {
  const across = planTaps(pixels.width, target.width);
  const down = planTaps(pixels.height, target.height);
  const stretched = [0, 1].map(() => ({ y: -1, values: new Int32Array(target.width * 3) })) as [Row, Row];
  const row = new Uint8Array(target.width * 3);

  function stretch(y: number): Int32Array {
    const cached = stretched.find((candidate) => candidate.y === y);
    if (cached) return cached.values;
    // Rows are asked for from top to bottom: the upper one is not needed again.
    const free = stretched[0].y < stretched[1].y ? stretched[0] : stretched[1];
    stretchRow(pixels, { y, across, values: free.values });
    free.y = y;
    return free.values;
  }

  return (y) => {
    const upper = stretch(down.low[y] as number);
    const lower = stretch(down.high[y] as number);
    blendRows({ upper, lower, row }, down.lowWeight[y] as number, down.highWeight[y] as number);
    return row;
  };
}

interface Row {
  y: number;
  readonly values: Int32Array;
}

function planTaps(from: number, to: number): Taps {
  const create = () => new Int32Array(to);
  const taps = { low: create(), high: create(), lowWeight: create(), highWeight: create() };
  const scale = from / to;
  for (let index = 0; index < to; index++) {
    const source = Math.fround((index + 0.5) * scale - 0.5);
    const floor = Math.floor(source);
    const low = Math.min(Math.max(floor, 0), from - 1);
    const weight = floor < 0 || floor >= from - 1 ? 0 : Math.fround(source - floor);
    taps.low[index] = low;
    taps.high[index] = Math.min(low + 1, from - 1);
    taps.lowWeight[index] = roundHalfEven((1 - weight) * (1 << WEIGHT_BITS));
    taps.highWeight[index] = roundHalfEven(weight * (1 << WEIGHT_BITS));
  }
  return taps;
}

function stretchRow(
  { data, width }: Pixels,
  { y, across, values }: { y: number; across: Taps; values: Int32Array },
): void {
  const { low, high, lowWeight, highWeight } = across;
  const start = y * width * 3;
  for (let x = 0, target = 0; x < low.length; x++, target += 3) {
    const a = start + (low[x] as number) * 3;
    const b = start + (high[x] as number) * 3;
    const wa = lowWeight[x] as number;
    const wb = highWeight[x] as number;
    values[target] = (data[a] as number) * wa + (data[b] as number) * wb;
    values[target + 1] = (data[a + 1] as number) * wa + (data[b + 1] as number) * wb;
    values[target + 2] = (data[a + 2] as number) * wa + (data[b + 2] as number) * wb;
  }
}

/** The shifts are those of OpenCV's `VResizeLinear`, so that rounding falls alike. */
function blendRows(
  { upper, lower, row }: { upper: Int32Array; lower: Int32Array; row: Uint8Array },
  upperWeight: number,
  lowerWeight: number,
): void {
  for (let i = 0; i < row.length; i++) {
    const a = (upperWeight * ((upper[i] as number) >> 4)) >> 16;
    const b = (lowerWeight * ((lower[i] as number) >> 4)) >> 16;
    row[i] = (a + b + 2) >> 2;
  }
}
