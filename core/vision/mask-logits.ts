import { type LinearSamples, planSamples } from './linear-samples.ts';
import type { MaskMap } from './mask-map.ts';
import { dimension, type FloatTensor } from './model-outputs.ts';

/** A part of the logit map, column by column: `values[(x - x0) * rows + (y - y0)]`. */
export interface LogitCrop {
  readonly values: Float32Array;
  readonly x0: number;
  readonly y0: number;
  readonly rows: number;
}

/** `first` to `last`, both inclusive. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** The cells of the map that `samples` read. */
export function rangeOf({ low, high }: LinearSamples, offset: number): Range {
  return { first: (low[0] as number) + offset, last: (high[high.length - 1] as number) + offset };
}

/** Logits of some of the map's cells, where need be enlarged from the prototypes' grid. */
export function logitsOf(
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
  const values = new Float32Array(rowCount * columnCount);
  const sums = new Float32Array(columnCount);
  for (let y = 0; y < rowCount; y++) {
    sums.fill(0);
    const start = (rows.first + y) * width + columns.first;
    for (let index = 0; index < coefficients.length; index += 4) {
      addFour(sums, protos.data, { coefficients, index, start, plane: width * height });
    }
    for (let x = 0; x < columnCount; x++) values[x * rowCount + y] = sums[x] as number;
  }
  return { values, x0: columns.first, y0: rows.first, rows: rowCount };
}

/** Adds four prototypes' row at a time: one by one, most of the time would go into reading and writing the sums. */
function addFour(
  sums: Float32Array,
  data: Float32Array,
  {
    coefficients,
    index,
    start,
    plane,
  }: { coefficients: Float32Array; index: number; start: number; plane: number },
): void {
  // Beyond the last prototype its own row is added, nought times.
  const last = coefficients.length - 1;
  const a = coefficients[index] as number;
  const b = coefficients[index + 1] ?? 0;
  const c = coefficients[index + 2] ?? 0;
  const d = coefficients[index + 3] ?? 0;
  const rowA = start + index * plane;
  const rowB = start + Math.min(index + 1, last) * plane;
  const rowC = start + Math.min(index + 2, last) * plane;
  const rowD = start + Math.min(index + 3, last) * plane;
  for (let x = 0; x < sums.length; x++) {
    sums[x] =
      (sums[x] as number) +
      a * (data[rowA + x] as number) +
      b * (data[rowB + x] as number) +
      c * (data[rowC + x] as number) +
      d * (data[rowD + x] as number);
  }
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
