import type { Size } from './geometry.ts';
import { type Cell, cellsOf } from './grid.ts';
import type { BoxForm, ModelLayout } from './model-layout.ts';
import { locate, type ModelOutputs, outputAt, readNumbers } from './model-outputs.ts';
import { scanScores } from './scan-scores.ts';

/** Predictions above the confidence threshold, `count` of them side by side in each array. */
export interface Candidates {
  readonly count: number;
  /** `x1, y1, x2, y2` in input pixels, four numbers a candidate. */
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  readonly classIds: Int32Array;
  /** Which prediction of the model each is. */
  readonly predictions: Int32Array;
}

/** Finds the predictions scored above `confidence`, and their boxes in pixels of the input. */
export function findCandidates(
  outputs: ModelOutputs,
  { layout, input }: { layout: ModelLayout; input: Size },
  confidence: number,
): Candidates {
  const scored = scanScores(outputs, layout, confidence);
  const count = countWithin(scored.predictions, outputs, layout);
  const { form, inShares } = layout.boxes;
  const numbers = locate(outputs, layout.boxes);
  const cells = form === 'cell-offsets' ? cellsOf(input, numbers.count) : [];
  const unit = inShares ? [input.width, input.height] : [1, 1];
  const boxes = new Float32Array(count * 4);
  for (let index = 0; index < count; index++) {
    const prediction = scored.predictions[index] as number;
    const corners = toCorners(form, readNumbers(numbers, prediction, 4), cells[prediction]);
    for (let side = 0; side < 4; side++)
      boxes[index * 4 + side] = (corners[side] as number) * (unit[side % 2] as number);
  }
  return {
    count,
    boxes,
    scores: Float32Array.from(scored.scores.slice(0, count)),
    classIds: Int32Array.from(scored.classIds.slice(0, count)),
    predictions: Int32Array.from(scored.predictions.slice(0, count)),
  };
}

/** How many of them lie before the end that the model names, if it names one. */
function countWithin(predictions: readonly number[], outputs: ModelOutputs, { length }: ModelLayout): number {
  const end = length && outputAt(outputs, length.output).data[0];
  if (end === undefined) return predictions.length;
  const beyond = predictions.findIndex((prediction) => prediction >= end);
  return beyond === -1 ? predictions.length : beyond;
}

function toCorners(form: BoxForm, numbers: Float32Array, cell?: Cell): readonly number[] | Float32Array {
  if (form === 'corners') return numbers;
  const [x = 0, y = 0, width = 0, height = 0] = numbers;
  if (form === 'centre') return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  const { column, row, stride } = cell ?? { column: 0, row: 0, stride: 1 };
  const size = [Math.exp(width) * stride, Math.exp(height) * stride] as const;
  return toCorners('centre', Float32Array.of((x + column) * stride, (y + row) * stride, ...size));
}

/** Candidates of the given classes; all of them where no class is named. */
export function filterClasses(candidates: Candidates, classIds?: ReadonlySet<number>): Candidates {
  if (classIds === undefined) return candidates;
  return keep(candidates, (index) => classIds.has(candidates.classIds[index] as number));
}

/** Candidates whose box and score are numbers, and whose class is one. */
export function dropUnusable(candidates: Candidates): Candidates {
  const { boxes, scores, classIds } = candidates;
  const isUsable = (index: number) =>
    Number.isFinite(scores[index]) &&
    (classIds[index] as number) >= 0 &&
    boxes.subarray(index * 4, index * 4 + 4).every(Number.isFinite);
  return keep(candidates, isUsable);
}

function keep(candidates: Candidates, isKept: (index: number) => boolean): Candidates {
  const kept = Array.from({ length: candidates.count }, (_, index) => index).filter(isKept);
  if (kept.length === candidates.count) return candidates;
  const { boxes, scores, classIds, predictions } = candidates;
  return {
    count: kept.length,
    boxes: Float32Array.from(kept.flatMap((index) => [...boxes.subarray(index * 4, index * 4 + 4)])),
    scores: Float32Array.from(kept, (index) => scores[index] as number),
    classIds: Int32Array.from(kept, (index) => classIds[index] as number),
    predictions: Int32Array.from(kept, (index) => predictions[index] as number),
  };
}
