import type { Size } from './geometry.ts';
import type { BoxPlace, ModelLayout } from './model-layout.ts';
import {
  dimension,
  type FloatTensor,
  locate,
  type ModelOutputs,
  type Numbers,
  outputAt,
} from './model-outputs.ts';

/** What values say of a layout that shapes alone don't prove: nothing, where the model found nothing at all. */
export type Verdict = 'fits' | 'contradicts' | 'open';

/** Rows scored lower say nothing. */
const LEAST_SCORE = 0.001;
/** Coordinates up to here are shares of the image. */
const MOST_SHARE = 1.5;
const MOST_SCORE = 1.1;
const LEAST_PROBABILITY = -0.01;

/** Whether rows are `x1, y1, x2, y2, score, class` in pixels of the input, as of an end-to-end head. */
export function judgeEndToEnd(predictions: FloatTensor): Verdict {
  const { data } = predictions;
  const columns = dimension(predictions, 2);
  let fitting = 0;
  let rows = 0;
  let farthest = 0;
  for (let at = 0; at + 6 <= data.length; at += columns) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, label = 0] = data.subarray(at, at + 6);
    if (!(Math.abs(score) > LEAST_SCORE || Math.abs(label) > LEAST_SCORE)) continue;
    rows += 1;
    farthest = Math.max(farthest, x2, y2);
    if (Number.isInteger(label) && score <= MOST_SCORE && x2 >= x1 && y2 >= y1) fitting += 1;
  }
  if (rows === 0) return 'open';
  return fitting > rows / 2 && farthest > MOST_SHARE ? 'fits' : 'contradicts';
}

/** Whether what stands for the scores of all classes is between 0 and 1. */
export function holdsScores(outputs: ModelOutputs, { scores, classCount }: ModelLayout): boolean {
  if (scores.kind === 'one-class') return true;
  return numbersOf(locate(outputs, scores), classCount).every(
    (score) => !(score > MOST_SCORE || score < LEAST_PROBABILITY),
  );
}

/** Whether boxes are shares of the input, not its pixels. */
export const areShares = (outputs: ModelOutputs, boxes: BoxPlace) =>
  numbersOf(locate(outputs, boxes), 4).every((value) => !(Math.abs(value) > MOST_SHARE));

/**
 * Whether boxes are places in pixels or offsets from cells that are still to be decoded. Places are spread over the input as the
 * cells are, half of them in its right half; offsets are near 0, but for a few that noise drives far.
 */
export function areOffsets(outputs: ModelOutputs, boxes: BoxPlace, input: Size): boolean {
  const across = numbersOf(locate(outputs, boxes), 1);
  const onTheRight = across.reduce((count, x) => count + Number(x > input.width / 2), 0);
  return onTheRight < across.length / 4;
}

/** Whether one more class, the last, stands for nothing: its scores are to be read by softmax, which is not done. */
export function hasClassOfNothing(outputs: ModelOutputs, { scores }: ModelLayout): boolean {
  if (scores.kind === 'one-class') return false;
  const { data, count, first, perPrediction } = locate(outputs, scores);
  let nothing = 0;
  for (let prediction = 0; prediction < count; prediction++) {
    const row = data.subarray(first + prediction * perPrediction, first + (prediction + 1) * perPrediction);
    const last = row.at(-1) ?? 0;
    if (row.length > 1 && last > 0 && row.every((logit) => logit <= last)) nothing += 1;
  }
  return count > 0 && nothing > count / 2;
}

/** What the values of drawn masks are; undefined where there are none. */
export function judgeMasks(
  outputs: ModelOutputs,
  { masks }: ModelLayout,
): 'logits' | 'probabilities' | undefined {
  if (masks?.kind !== 'drawn') return undefined;
  const isProbability = (value: number) => value >= 0 && value <= 1;
  return outputAt(outputs, masks.maps).data.every(isProbability) ? 'probabilities' : 'logits';
}

function numbersOf({ data, count, first, perPrediction, perNumber }: Numbers, length: number): Float32Array {
  const numbers = new Float32Array(count * length);
  for (let prediction = 0; prediction < count; prediction++) {
    const start = first + prediction * perPrediction;
    for (let index = 0; index < length; index++) {
      numbers[prediction * length + index] = data[start + index * perNumber] as number;
    }
  }
  return numbers;
}
