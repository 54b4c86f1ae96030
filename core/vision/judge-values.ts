import { dimension, type FloatTensor } from './model-outputs.ts';

/** What values say of a layout that shapes alone don't prove: nothing, where the model found nothing at all. */
export type Verdict = 'fits' | 'contradicts' | 'open';

/** Rows scored lower say nothing. */
const LEAST_SCORE = 0.001;
/** Coordinates up to here are shares of the image. */
const MOST_SHARE = 1.5;
const MOST_SCORE = 1.1;

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

/** Whether what stands for classes in `[1, 4 + classes + masks, anchors]` are scores at all. */
export function holdsScores(predictions: FloatTensor, classCount: number): boolean {
  const anchors = dimension(predictions, 2);
  const scores = predictions.data.subarray(4 * anchors, (4 + classCount) * anchors);
  return scores.every((score) => !(score > MOST_SCORE || score < -0.01));
}
