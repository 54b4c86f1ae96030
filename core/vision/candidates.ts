import type { ModelLayout } from './model-layout.ts';
import { dimension, type FloatTensor } from './model-outputs.ts';

/** Predictions above the confidence threshold, `count` of them side by side in each array. */
export interface Candidates {
  readonly count: number;
  /** `x1, y1, x2, y2` in input pixels, four numbers a candidate. */
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  readonly classIds: Int32Array;
  /** Where each candidate's first mask coefficient lies in the predictions, and how far apart they lie. */
  readonly coefficientOffsets: Int32Array;
  readonly coefficientStride: number;
}

/**
 * Finds each prediction's best class and keeps those scored above `confidence`.
 * @param predictions `[1, …]` as `layout` says.
 */
export function findCandidates(
  predictions: FloatTensor,
  layout: ModelLayout,
  confidence: number,
): Candidates {
  if (layout.predictions === 'anchors-last') return scanAnchorsLast(predictions, layout, confidence);
  if (layout.predictions === 'anchors-first') return scanAnchorsFirst(predictions, layout, confidence);
  return scanEndToEnd(predictions, confidence);
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
  const filtered = allocate(kept.length, candidates.coefficientStride);
  kept.forEach((from, to) => {
    filtered.boxes.set(candidates.boxes.subarray(from * 4, from * 4 + 4), to * 4);
    filtered.scores[to] = candidates.scores[from] as number;
    filtered.classIds[to] = candidates.classIds[from] as number;
    filtered.coefficientOffsets[to] = candidates.coefficientOffsets[from] as number;
  });
  return filtered;
}

/** Walks the classes' rows as they lie in memory: transposing first costs more than all the rest. */
function scanAnchorsLast(
  { data, ...tensor }: FloatTensor,
  { classCount }: ModelLayout,
  confidence: number,
): Candidates {
  const anchors = dimension({ data, ...tensor }, 2);
  const best = new Float32Array(anchors).fill(confidence);
  const bestClass = new Int32Array(anchors).fill(-1);
  for (let classId = 0; classId < classCount; classId++) {
    const row = data.subarray((4 + classId) * anchors, (5 + classId) * anchors);
    for (let anchor = 0; anchor < anchors; anchor++) {
      const score = row[anchor] as number;
      if (score > (best[anchor] as number)) {
        best[anchor] = score;
        bestClass[anchor] = classId;
      }
    }
  }
  const found: number[] = [];
  for (let anchor = 0; anchor < anchors; anchor++) if (bestClass[anchor] !== -1) found.push(anchor);
  const candidates = allocate(found.length, anchors);
  found.forEach((anchor, index) => {
    const at = (row: number) => data[row * anchors + anchor] as number;
    writeCentredBox(candidates.boxes, index, [at(0), at(1), at(2), at(3)]);
    candidates.scores[index] = best[anchor] as number;
    candidates.classIds[index] = bestClass[anchor] as number;
    candidates.coefficientOffsets[index] = (4 + classCount) * anchors + anchor;
  });
  return candidates;
}

/** A score is objectness × class; a weak objectness rules a row out before its classes are read. */
function scanAnchorsFirst(
  { data, dims }: FloatTensor,
  { classCount }: ModelLayout,
  confidence: number,
): Candidates {
  const columns = dimension({ data, dims }, 2);
  const found: { offset: number; score: number; classId: number }[] = [];
  for (let offset = 0; offset < data.length; offset += columns) {
    const objectness = data[offset + 4] as number;
    if (objectness <= confidence) continue;
    let classId = 0;
    for (let other = 1; other < classCount; other++) {
      if ((data[offset + 5 + other] as number) > (data[offset + 5 + classId] as number)) classId = other;
    }
    const score = Math.fround(objectness * (data[offset + 5 + classId] as number));
    if (score > confidence) found.push({ offset, score, classId });
  }
  const candidates = allocate(found.length, 1);
  found.forEach(({ offset, score, classId }, index) => {
    const at = (column: number) => data[offset + column] as number;
    writeCentredBox(candidates.boxes, index, [at(0), at(1), at(2), at(3)]);
    candidates.scores[index] = score;
    candidates.classIds[index] = classId;
    candidates.coefficientOffsets[index] = offset + 5 + classCount;
  });
  return candidates;
}

/** Rows `x1, y1, x2, y2, score, class`, padded with zeros. */
function scanEndToEnd({ data, dims }: FloatTensor, confidence: number): Candidates {
  const columns = dimension({ data, dims }, 2);
  const found: number[] = [];
  for (let offset = 0; offset < data.length; offset += columns) {
    if ((data[offset + 4] as number) > confidence) found.push(offset);
  }
  const candidates = allocate(found.length, 1);
  found.forEach((offset, index) => {
    candidates.boxes.set(data.subarray(offset, offset + 4), index * 4);
    candidates.scores[index] = data[offset + 4] as number;
    const classId = data[offset + 5] as number;
    candidates.classIds[index] = Number.isNaN(classId) ? -1 : Math.round(classId);
    candidates.coefficientOffsets[index] = offset + 6;
  });
  return candidates;
}

const allocate = (count: number, coefficientStride: number): Candidates => ({
  count,
  boxes: new Float32Array(count * 4),
  scores: new Float32Array(count),
  classIds: new Int32Array(count),
  coefficientOffsets: new Int32Array(count),
  coefficientStride,
});

type CentredBox = readonly [centreX: number, centreY: number, width: number, height: number];

function writeCentredBox(boxes: Float32Array, index: number, [x, y, width, height]: CentredBox): void {
  boxes[index * 4] = x - width / 2;
  boxes[index * 4 + 1] = y - height / 2;
  boxes[index * 4 + 2] = x + width / 2;
  boxes[index * 4 + 3] = y + height / 2;
}
