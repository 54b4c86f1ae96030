import type { Size } from './geometry.ts';
import { isGrid } from './grid.ts';
import type { ModelLayout } from './model-layout.ts';
import { type LayoutHints, type SeenOutput, UnknownModelLayoutError } from './seen-outputs.ts';
import { listSeparateOutputLayouts } from './separate-output-layouts.ts';
import { findPredictions, listSingleOutputLayouts, MOST_END_TO_END_ROWS } from './single-output-layouts.ts';

/**
 * What a model's outputs may be, by their names and shapes and by what is known besides, the surest first. Where
 * several are left, only the values tell.
 * @throws UnknownModelLayoutError naming the outputs seen and those known.
 */
export function listLayouts(
  outputs: readonly SeenOutput[],
  input: Size,
  hints: LayoutHints = {},
): readonly [ModelLayout, ...ModelLayout[]] {
  const layouts = [
    ...listSeparateOutputLayouts(outputs, hints),
    ...listSingleOutputLayouts(outputs, input, hints),
  ];
  const fitting = layouts.filter(({ family }) => hints.family === undefined || hints.family === family);
  const wanted =
    hints.isEndToEnd === true && hints.family === undefined
      ? fitting.toSorted((a, b) => Number(a.overlaps) - Number(b.overlaps))
      : fitting;
  const [first, ...others] = wanted;
  if (first === undefined) throw new UnknownModelLayoutError(outputs, input, explain(outputs, input, hints));
  return [first, ...others];
}

/** What rows of six numbers may be besides, where the names leave it open; undefined where it does not matter. */
export function findTransposed(
  outputs: readonly SeenOutput[],
  input: Size,
  { classCount }: LayoutHints,
): boolean {
  const seen = findPredictions(outputs);
  return seen !== undefined && seen.columns - 4 - seen.maskCount === classCount && isGrid(seen.rows, input);
}

function explain(outputs: readonly SeenOutput[], input: Size, hints: LayoutHints): string {
  const { classCount, family } = hints;
  const seen = findPredictions(outputs);
  if (family !== undefined) return 'They are not those of the family that was named. ';
  const needNames = outputs.length >= 3 || outputs[0]?.shape.length === 2;
  const endsInSix = seen && seen.columns === 6 + seen.maskCount && seen.rows <= MOST_END_TO_END_ROWS;
  if (classCount === undefined && (endsInSix || needNames)) {
    return 'They look end-to-end, but the file has no class names, and how many there are is not to be seen: name them in a manifest beside it. ';
  }
  if (seen === undefined || classCount === undefined) return '';
  if (findTransposed(outputs, input, hints)) {
    return 'They look like those of YOLOv8 transposed: export it again without the transposition. ';
  }
  if (isGrid(seen.columns, input)) {
    return `The file names ${classCount} classes; the outputs have ${seen.rows - 4 - seen.maskCount}. `;
  }
  return '';
}
