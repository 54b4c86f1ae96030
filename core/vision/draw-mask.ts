import type { Box } from './geometry.ts';
import type { Letterbox } from './letterbox.ts';
import { type LinearSamples, planSamples } from './linear-samples.ts';
import { type LogitCrop, logitsOf, rangeOf } from './mask-logits.ts';
import { planMaskMap } from './mask-map.ts';
import { dimension, type FloatTensor } from './model-outputs.ts';
import { type RunMask, RunWriter } from './run-mask.ts';

/** Draws masks of one image from the prototypes its model gave. */
export interface MaskPainter {
  /** @param box in image pixels; the mask lies inside it. */
  draw(coefficients: Float32Array, box: Box): RunMask;
}

/**
 * Masks at the image's own size: logits of the prototypes' grid, enlarged linearly, set where positive,
 * cut to the box with `x1 <= x < x2` (ultralytics 8.4 `process_mask_native`). Logits are made for the box's
 * cells alone, and between four samples of one sign no pixel is looked at: a linear blend keeps the sign.
 * @param protos `[1, masks, height, width]`.
 */
export function createMaskPainter(protos: FloatTensor, letterbox: Letterbox): MaskPainter {
  const grid = { width: dimension(protos, 3), height: dimension(protos, 2) };
  const map = planMaskMap(grid, letterbox);
  const { image } = letterbox;
  return {
    draw(coefficients, box) {
      const x1 = Math.ceil(box.x1);
      const y1 = Math.ceil(box.y1);
      const x2 = Math.min(Math.ceil(box.x2), image.width);
      const y2 = Math.min(Math.ceil(box.y2), image.height);
      const writer = new RunWriter();
      if (x2 <= x1 || y2 <= y1) return writer.finish(image);
      const columns = planSamples({ from: map.content.width, to: image.width }, x1, x2);
      const rows = planSamples({ from: map.content.height, to: image.height }, y1, y2);
      const crop = logitsOf(
        coefficients,
        { protos, map },
        rangeOf(columns, map.left),
        rangeOf(rows, map.top),
      );
      const segments = planSegments(rows, crop.y0 - map.top);
      const buffer = new Int32Array(segments.count * SPAN_LENGTH);
      let spans = buffer;
      for (let index = 0; index < columns.low.length; index++) {
        const pair = {
          low: ((columns.low[index] as number) + map.left - crop.x0) * crop.rows,
          high: ((columns.high[index] as number) + map.left - crop.x0) * crop.rows,
          weight: columns.weight[index] as number,
        };
        const isNewPair = index === 0 || columns.low[index] !== columns.low[index - 1];
        if (isNewPair) spans = findSpans(buffer, crop, segments, pair);
        writeColumn(writer, { crop, segments, pair }, spans, (x1 + index) * image.height + y1);
      }
      return writer.finish(image);
    },
  };
}

/** Image rows `start` to `end` read the cells `low` and `high`, each with its weight for `high`. */
interface Segments {
  readonly count: number;
  readonly start: Int32Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float32Array;
}

/** Groups the image's rows by the pair of cells they read. */
function planSegments({ low, high, weight }: LinearSamples, offset: number): Segments {
  const starts: number[] = [];
  for (let row = 0; row < low.length; row++) if (row === 0 || low[row] !== low[row - 1]) starts.push(row);
  return {
    count: starts.length,
    start: Int32Array.from([...starts, low.length]),
    low: Int32Array.from(starts, (row) => (low[row] as number) - offset),
    high: Int32Array.from(starts, (row) => (high[row] as number) - offset),
    weight,
  };
}

/** Two columns of the crop, where they start in its values, and how much an image's column takes of the second. */
interface ColumnPair {
  readonly low: number;
  readonly high: number;
  readonly weight: number;
}

/** A span's image rows, start and end, and the one segment whose rows must be looked at, or `ALL_SET`. */
const SPAN_LENGTH = 3;
const ALL_SET = -1;

/** Finds what may be set in all image columns that read one pair. @returns as much of `spans` as it took. */
function findSpans(
  spans: Int32Array<ArrayBuffer>,
  { values }: LogitCrop,
  segments: Segments,
  { low, high }: ColumnPair,
): Int32Array<ArrayBuffer> {
  let end = 0;
  for (let segment = 0; segment < segments.count; segment++) {
    const upper = segments.low[segment] as number;
    const lower = segments.high[segment] as number;
    const positive =
      Number((values[low + upper] as number) > 0) +
      Number((values[low + lower] as number) > 0) +
      Number((values[high + upper] as number) > 0) +
      Number((values[high + lower] as number) > 0);
    if (positive === 0) continue;
    const from = segments.start[segment] as number;
    const to = segments.start[segment + 1] as number;
    const continues = positive === 4 && end > 0 && spans[end - 1] === ALL_SET && spans[end - 2] === from;
    if (continues) {
      spans[end - 2] = to;
      continue;
    }
    spans[end++] = from;
    spans[end++] = to;
    spans[end++] = positive === 4 ? ALL_SET : segment;
  }
  return spans.subarray(0, end);
}

function writeColumn(
  writer: RunWriter,
  { crop: { values }, segments, pair }: { crop: LogitCrop; segments: Segments; pair: ColumnPair },
  spans: Int32Array,
  start: number,
): void {
  for (let at = 0; at < spans.length; at += SPAN_LENGTH) {
    const from = spans[at] as number;
    const to = spans[at + 1] as number;
    const segment = spans[at + 2] as number;
    if (segment === ALL_SET) {
      writer.add(start + from, start + to);
      continue;
    }
    const a = blend(values, pair, segments.low[segment] as number);
    const b = blend(values, pair, segments.high[segment] as number);
    if (a > 0 && b > 0) writer.add(start + from, start + to);
    else if (a > 0 || b > 0) {
      const edge = findEdge({ a, b, weight: segments.weight }, from, to);
      if (a > 0) writer.add(start + from, start + edge);
      else writer.add(start + edge, start + to);
    }
  }
}

/** In 32 bits, as torch does. */
function blend(values: Float32Array, { low, high, weight }: ColumnPair, row: number): number {
  const first = values[low + row] as number;
  return Math.fround(first + ((values[high + row] as number) - first) * weight);
}

/** The first row whose blend of `a` and `b` has not the sign of `a`: there is one change at most. */
function findEdge(
  { a, b, weight }: { a: number; b: number; weight: Float32Array },
  from: number,
  to: number,
): number {
  let row = from;
  while (row < to && a + (b - a) * (weight[row] as number) > 0 === a > 0) row++;
  return row;
}
