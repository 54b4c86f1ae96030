import type { Box } from './geometry.ts';
import type { Letterbox } from './letterbox.ts';
import { type LinearSamples, planSamples } from './linear-samples.ts';
import { type MaskMap, planMaskMap } from './mask-map.ts';
import { dimension, type FloatTensor } from './model-outputs.ts';
import { type RunMask, RunWriter } from './run-mask.ts';

/** Draws masks of one picture from the prototypes its model gave. */
export interface MaskPainter {
  /** @param box in picture pixels; the mask lies inside it. */
  draw(coefficients: Float32Array, box: Box): RunMask;
}

/** A part of the logit map, column by column: `values[(x - x0) * rows + (y - y0)]`. */
interface LogitCrop {
  readonly values: Float32Array;
  readonly x0: number;
  readonly y0: number;
  readonly rows: number;
}

/** `first` to `last`, both inclusive. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Masks at the picture's own size: logits of the prototypes' grid, enlarged linearly, set where positive,
 * cut to the box with `x1 <= x < x2` (ultralytics 8.4 `process_mask_native`). Logits are made for the box's
 * cells alone, and between two samples of one sign no pixel is looked at: a linear blend keeps the sign.
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
      const crop = enlarge(coefficients, { protos, map }, rangeOf(columns, map.left), rangeOf(rows, map.top));
      const segments = planSegments(rows, crop.y0 - map.top);
      const column = new Float32Array(crop.rows);
      for (let x = x1; x < x2; x++) {
        blendColumn(column, crop, { samples: columns, index: x - x1, offset: map.left - crop.x0 });
        writeColumn(writer, column, { segments, start: x * image.height + y1 });
      }
      return writer.finish(image);
    },
  };
}

/** The cells of the map that `samples` read. */
function rangeOf({ low, high }: LinearSamples, offset: number): Range {
  return { first: (low[0] as number) + offset, last: (high[high.length - 1] as number) + offset };
}

/** Logits of the map's cells, where need be enlarged from the prototypes' grid. */
function enlarge(
  coefficients: Float32Array,
  { protos, map }: { protos: FloatTensor; map: MaskMap },
  columns: Range,
  rows: Range,
): LogitCrop {
  if (map.factor === 1) return computeLogits(coefficients, protos, columns, rows);
  const { factor } = map;
  const width = dimension(protos, 3);
  const height = dimension(protos, 2);
  const across = planSamples({ from: width, to: width * factor }, columns.first, columns.last + 1);
  const down = planSamples({ from: height, to: height * factor }, rows.first, rows.last + 1);
  const crop = computeLogits(coefficients, protos, rangeOf(across, 0), rangeOf(down, 0));
  const count = rows.last - rows.first + 1;
  const values = new Float32Array((columns.last - columns.first + 1) * count);
  const column = new Float32Array(crop.rows);
  for (let index = 0; index < across.low.length; index++) {
    blendColumn(column, crop, { samples: across, index, offset: -crop.x0 });
    const out = index * count;
    for (let y = 0; y < count; y++) {
      const a = column[(down.low[y] as number) - crop.y0] as number;
      const b = column[(down.high[y] as number) - crop.y0] as number;
      values[out + y] = a + (b - a) * (down.weight[y] as number);
    }
  }
  return { values, x0: columns.first, y0: rows.first, rows: count };
}

/** The weighted sum of all prototypes, for the given cells alone. */
function computeLogits(
  coefficients: Float32Array,
  protos: FloatTensor,
  columns: Range,
  rows: Range,
): LogitCrop {
  const width = dimension(protos, 3);
  const height = dimension(protos, 2);
  const rowCount = rows.last - rows.first + 1;
  const columnCount = columns.last - columns.first + 1;
  const sums = new Float32Array(rowCount * columnCount);
  for (let index = 0; index < coefficients.length; index++) {
    const coefficient = coefficients[index] as number;
    for (let y = 0; y < rowCount; y++) {
      const source = (index * height + rows.first + y) * width + columns.first;
      const target = y * columnCount;
      for (let x = 0; x < columnCount; x++) {
        sums[target + x] = (sums[target + x] as number) + coefficient * (protos.data[source + x] as number);
      }
    }
  }
  const values = new Float32Array(sums.length);
  for (let y = 0; y < rowCount; y++) {
    for (let x = 0; x < columnCount; x++) values[x * rowCount + y] = sums[y * columnCount + x] as number;
  }
  return { values, x0: columns.first, y0: rows.first, rows: rowCount };
}

/** One column between two columns of the crop. */
function blendColumn(
  column: Float32Array,
  { values, rows }: LogitCrop,
  { samples, index, offset }: { samples: LinearSamples; index: number; offset: number },
): void {
  const a = ((samples.low[index] as number) + offset) * rows;
  const b = ((samples.high[index] as number) + offset) * rows;
  const weight = samples.weight[index] as number;
  for (let y = 0; y < rows; y++) {
    const low = values[a + y] as number;
    column[y] = low + ((values[b + y] as number) - low) * weight;
  }
}

/** Picture rows `start` to `end` read the cells `low` and `high`, each with its weight for `high`. */
interface Segments {
  readonly count: number;
  readonly start: Int32Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float32Array;
}

/** Groups the picture's rows by the pair of cells they read. */
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

function writeColumn(
  writer: RunWriter,
  column: Float32Array,
  { segments, start }: { segments: Segments; start: number },
): void {
  for (let segment = 0; segment < segments.count; segment++) {
    const a = column[segments.low[segment] as number] as number;
    const b = column[segments.high[segment] as number] as number;
    const from = segments.start[segment] as number;
    const to = segments.start[segment + 1] as number;
    if (a > 0 && b > 0) writer.add(start + from, start + to);
    else if (a > 0 || b > 0) {
      const edge = findEdge({ a, b, weight: segments.weight }, from, to);
      if (a > 0) writer.add(start + from, start + edge);
      else writer.add(start + edge, start + to);
    }
  }
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
