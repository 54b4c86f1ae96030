import type { ModelLayout, ScorePlace } from './model-layout.ts';
import { locate, type ModelOutputs, type Numbers } from './model-outputs.ts';

/** Predictions scored above the threshold, side by side. */
export interface Scored {
  readonly predictions: number[];
  readonly scores: number[];
  readonly classIds: number[];
}

const none = (): Scored => ({ predictions: [], scores: [], classIds: [] });

function add({ predictions, scores, classIds }: Scored, prediction: number, score: number, classId: number) {
  predictions.push(prediction);
  scores.push(score);
  classIds.push(classId);
}

/** Finds what is scored above `confidence`, in the order of the predictions. */
export function scanScores(outputs: ModelOutputs, layout: ModelLayout, confidence: number): Scored {
  const { scores, classCount } = layout;
  if (scores.kind === 'one-class') return scanOneClass(outputs, scores, confidence);
  const objectness = scores.objectness && locate(outputs, scores.objectness);
  const numbers = locate(outputs, scores);
  const request = { classCount, confidence, objectness };
  if (scores.along === 'columns') return scanByClass(numbers, request);
  if (scores.areLogits !== true) return scanByPrediction(numbers, request);
  const least = Math.log(confidence / (1 - confidence));
  const found = (scores.eachClass ? scanEachClass : scanByPrediction)(numbers, {
    classCount,
    confidence: least,
  });
  return { ...found, scores: found.scores.map((logit) => Math.fround(1 / (1 + Math.exp(-logit)))) };
}

interface ScanRequest {
  readonly classCount: number;
  readonly confidence: number;
  readonly objectness?: Numbers | undefined;
}

/** Walks the classes' rows as they lie in memory: transposing first costs more than all the rest. */
function scanByClass({ data, count, first }: Numbers, { classCount, confidence }: ScanRequest): Scored {
  const best = new Float32Array(count).fill(confidence);
  const bestClass = new Int32Array(count).fill(-1);
  for (let classId = 0; classId < classCount; classId++) {
    const row = data.subarray(first + classId * count, first + (classId + 1) * count);
    for (let prediction = 0; prediction < count; prediction++) {
      const score = row[prediction] as number;
      if (score > (best[prediction] as number)) {
        best[prediction] = score;
        bestClass[prediction] = classId;
      }
    }
  }
  const found = none();
  for (let prediction = 0; prediction < count; prediction++) {
    const classId = bestClass[prediction] as number;
    if (classId !== -1) add(found, prediction, best[prediction] as number, classId);
  }
  return found;
}

/** A score is objectness × class, if there is any; a weak objectness rules a row out before its classes are read. */
function scanByPrediction(
  { data, count, first, perPrediction }: Numbers,
  { classCount, confidence, objectness }: ScanRequest,
): Scored {
  const found = none();
  for (let prediction = 0; prediction < count; prediction++) {
    const factor = objectness
      ? (data[objectness.first + prediction * objectness.perPrediction] as number)
      : 1;
    if (objectness && factor <= confidence) continue;
    const row = first + prediction * perPrediction;
    let classId = 0;
    for (let other = 1; other < classCount; other++) {
      if ((data[row + other] as number) > (data[row + classId] as number)) classId = other;
    }
    const score = Math.fround(factor * (data[row + classId] as number));
    if (score > confidence) add(found, prediction, score, classId);
  }
  return found;
}

function scanEachClass(
  { data, count, first, perPrediction }: Numbers,
  { classCount, confidence }: ScanRequest,
): Scored {
  const found = none();
  for (let prediction = 0; prediction < count; prediction++) {
    const row = first + prediction * perPrediction;
    for (let classId = 0; classId < classCount; classId++) {
      const score = data[row + classId] as number;
      if (score > confidence) add(found, prediction, score, classId);
    }
  }
  return found;
}

function scanOneClass(
  outputs: ModelOutputs,
  places: Extract<ScorePlace, { kind: 'one-class' }>,
  confidence: number,
): Scored {
  const score = locate(outputs, places.score);
  const label = locate(outputs, places.classId);
  const found = none();
  for (let prediction = 0; prediction < score.count; prediction++) {
    const value = score.data[score.first + prediction * score.perPrediction] as number;
    if (!(value > confidence)) continue;
    const classId = label.data[label.first + prediction * label.perPrediction] as number;
    add(found, prediction, value, Number.isNaN(classId) ? -1 : Math.round(classId));
  }
  return found;
}
