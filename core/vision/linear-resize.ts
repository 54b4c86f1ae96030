import { roundHalfEven, type Size } from './geometry.ts';

/** OpenCV weighs in parts of 2,048. */
const WEIGHT_BITS = 11;

/** Where each output sample of one side reads, and how much of each of both neighbours it takes. */
interface Taps {
  /** Index of the first neighbour. */
  readonly low: Int32Array;
  /** From the first neighbour to the second: 1, or 0 where the side has one pixel only. */
  readonly step: 0 | 1;
  readonly lowWeight: Int32Array;
  readonly highWeight: Int32Array;
}

/** Three numbers a pixel, one plane after the other. */
interface StretchedRow {
  y: number;
  readonly planes: readonly [red: Int32Array, green: Int32Array, blue: Int32Array];
}

/** Takes finished rows, of red, green and blue: `values[byte]` goes to `target`. */
export interface RowTarget {
  readonly target: Float32Array;
  readonly channels: readonly {
    readonly values: Float32Array;
    /** Index in `target` of the first pixel of row `y`. */
    readonly startOf: (y: number) => number;
  }[];
}

/**
 * Resizes RGB bytes as OpenCV's `resize(INTER_LINEAR)` does: two neighbours a side, half-pixel centres,
 * fixed-point weights, bit for bit. Models were trained on it.
 */
export function resizeLinear(
  { data, ...from }: { readonly data: Uint8Array } & Size,
  to: Size,
  { target, channels }: RowTarget,
): void {
  const across = planTaps(from.width, to.width);
  const down = planTaps(from.height, to.height);
  const rows = [createRow(to.width), createRow(to.width)] as const;

  function stretch(y: number): StretchedRow {
    if (rows[0].y === y) return rows[0];
    if (rows[1].y === y) return rows[1];
    // Rows are needed from top to bottom: the upper one is done with.
    const row = rows[0].y < rows[1].y ? rows[0] : rows[1];
    stretchRow(row, { data, start: y * from.width * 3 }, across);
    row.y = y;
    return row;
  }

  for (let y = 0; y < to.height; y++) {
    const upper = stretch(down.low[y] as number);
    const lower = stretch((down.low[y] as number) + down.step);
    const weights = { upper: down.lowWeight[y] as number, lower: down.highWeight[y] as number };
    channels.forEach(({ values, startOf }, channel) => {
      const pair = {
        upper: upper.planes[channel] as Int32Array,
        lower: lower.planes[channel] as Int32Array,
      };
      blendRows(pair, weights, { target, values, start: startOf(y) });
    });
  }
}

const createRow = (width: number): StretchedRow => ({
  y: -1,
  planes: [new Int32Array(width), new Int32Array(width), new Int32Array(width)],
});

function planTaps(from: number, to: number): Taps {
  const create = () => new Int32Array(to);
  const taps = { low: create(), lowWeight: create(), highWeight: create() };
  const one = 1 << WEIGHT_BITS;
  const scale = from / to;
  for (let index = 0; index < to; index++) {
    const source = Math.fround((index + 0.5) * scale - 0.5);
    const floor = Math.floor(source);
    const weight = Math.fround(source - floor);
    // Beyond the centre of the first or last pixel there is that pixel alone.
    const [low, lowWeight, highWeight] =
      floor < 0
        ? [0, one, 0]
        : floor >= from - 1
          ? [Math.max(0, from - 2), 0, one]
          : [floor, roundHalfEven((1 - weight) * one), roundHalfEven(weight * one)];
    taps.low[index] = low;
    taps.lowWeight[index] = lowWeight;
    taps.highWeight[index] = highWeight;
  }
  return { ...taps, step: from > 1 ? 1 : 0 };
}

function stretchRow(
  { planes: [red, green, blue] }: StretchedRow,
  { data, start }: { data: Uint8Array; start: number },
  { low, step, lowWeight, highWeight }: Taps,
): void {
  const next = step * 3;
  for (let x = 0; x < red.length; x++) {
    const a = start + (low[x] as number) * 3;
    const b = a + next;
    const wa = lowWeight[x] as number;
    const wb = highWeight[x] as number;
    red[x] = (data[a] as number) * wa + (data[b] as number) * wb;
    green[x] = (data[a + 1] as number) * wa + (data[b + 1] as number) * wb;
    blue[x] = (data[a + 2] as number) * wa + (data[b + 2] as number) * wb;
  }
}

/** The shifts are those of OpenCV's `VResizeLinear`, so that rounding falls alike. */
function blendRows(
  { upper, lower }: { upper: Int32Array; lower: Int32Array },
  weights: { upper: number; lower: number },
  { target, values, start }: { target: Float32Array; values: Float32Array; start: number },
): void {
  const { upper: upperWeight, lower: lowerWeight } = weights;
  for (let x = 0; x < upper.length; x++) {
    const a = (upperWeight * ((upper[x] as number) >> 4)) >> 16;
    const b = (lowerWeight * ((lower[x] as number) >> 4)) >> 16;
    target[start + x] = values[(a + b + 2) >> 2] as number;
  }
}
