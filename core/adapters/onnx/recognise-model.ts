import type { InferenceSession } from 'onnxruntime-node';
import type { ModelFamily, OutputValues } from '../../contracts/model-manifest.ts';
import type { Size } from '../../vision/geometry.ts';
import {
  areOffsets,
  areShares,
  hasClassOfNothing,
  holdsScores,
  judgeEndToEnd,
  judgeMasks,
} from '../../vision/judge-values.ts';
import type { ModelLayout } from '../../vision/model-layout.ts';
import { type ModelOutputs, outputAt } from '../../vision/model-outputs.ts';
import { findTransposed } from '../../vision/recognise-layout.ts';
import { AmbiguousLayoutError, type LayoutHints, type SeenOutput } from '../../vision/seen-outputs.ts';
import { createInput, runSession } from './float-tensors.ts';
import type { OnnxMetadata } from './read-metadata.ts';
import { readOutputs } from './read-shapes.ts';
import { listOrRefuse, type UnusableModelError, unknownLayout } from './unusable-model.ts';

/** Tasks that other models are made for. */
const OTHER_TASKS: Record<string, string> = {
  obb: 'rotated boxes (obb)',
  pose: 'poses (keypoints)',
  classify: 'one class for a whole image',
  semantic: 'a class for each pixel',
  depth: 'depth',
};
const TAKEN_TASKS = new Set(['detect', 'segment']);

export interface KnownOfModel {
  readonly metadata: OnnxMetadata;
  readonly classCount: number | undefined;
  /** Where somebody says which it is. */
  readonly family?: ModelFamily | undefined;
}

export interface RecognisedModel {
  readonly layout: ModelLayout;
  readonly values?: OutputValues;
}

/** What the values of a model's outputs for noise are held against. */
interface Trial {
  readonly outputs: readonly SeenOutput[];
  readonly values: ModelOutputs;
  readonly input: Size;
  readonly hints: LayoutHints;
}

/**
 * Recognises the family by what the file says of itself, by the names and shapes of its outputs and, where those
 * leave it open, by the values that it gives for noise.
 * @throws UnusableModelError
 */
export async function recogniseModel(
  session: InferenceSession,
  input: Size,
  { metadata, classCount, family }: KnownOfModel,
): Promise<RecognisedModel> {
  refuseOtherTasks(metadata);
  const outputs = await readOutputs(session, input);
  const isRtDetr = /rtdetr/i.test(metadata.head ?? '');
  const hints = { classCount, family, isRtDetr, isEndToEnd: isRtDetr ? undefined : metadata.isEndToEnd };
  const layouts = listOrRefuse(outputs, input, hints);
  const [first] = layouts;
  const isPlain = first.family === 'yolov5' || (first.family === 'yolov8' && classCount !== undefined);
  if (isPlain && first.masks?.kind !== 'drawn') return { layout: first };
  const values = await runOnNoise(session, input);
  const layout = family === undefined ? chooseByValues(layouts, { outputs, values, input, hints }) : first;
  const masks = judgeMasks(values, layout);
  return { layout, ...(masks && { values: { masks } }) };
}

function refuseOtherTasks({ task }: OnnxMetadata): void {
  if (task === undefined || TAKEN_TASKS.has(task)) return;
  throw unknownLayout(
    `The model is made for another task: ${OTHER_TASKS[task] ?? task}. Models that detect or segment are taken.`,
  );
}

/** @throws UnusableModelError where the values can't be what the shapes look like, or leave it open. */
function chooseByValues(layouts: readonly ModelLayout[], trial: Trial): ModelLayout {
  const { values, input } = trial;
  const [first] = layouts as readonly [ModelLayout, ...ModelLayout[]];
  switch (first.family) {
    case 'yolo-end2end':
      return chooseAmongFinalRows(layouts, trial);
    case 'yolov6':
      return areOffsets(values, first.boxes, input) ? (layouts[1] ?? first) : first;
    case 'rtdetr':
      if (areShares(values, first.boxes) && holdsScores(values, first)) return first;
      throw unknownLayout(
        "The model's outputs have the shape of an RT-DETR's, but are no shares of the image and scores. Name its family with --family.",
      );
    case 'detr':
      if (!hasClassOfNothing(values, first)) return first;
      throw unknownLayout(
        'The model scores a class for nothing besides its own, as DETR and YOLOS do. RF-DETR, D-FINE, DEIM and RT-DETR are taken, which do not.',
      );
    case 'yolov8':
      if (trial.hints.classCount !== undefined || holdsScores(values, first)) return first;
      throw unknownLayout(
        'The file names no classes, and what would be their scores goes beyond 0 to 1: perhaps it is made for poses or rotated boxes. If it detects, name its classes in a manifest beside it and its family with --family yolov8.',
      );
    default:
      return first;
  }
}

/** Rows of six numbers: corners in pixels, score and class, or (of two classes) an RT-DETR's shares and scores. */
function chooseAmongFinalRows(layouts: readonly ModelLayout[], trial: Trial): ModelLayout {
  const { outputs, values, input, hints } = trial;
  const [endToEnd, ...others] = layouts as readonly [ModelLayout, ...ModelLayout[]];
  if (hints.isEndToEnd === true) return endToEnd;
  const verdict = judgeEndToEnd(outputAt(values, endToEnd.boxes.output));
  if (verdict === 'fits') return endToEnd;
  const shares = others.find(({ family }) => family === 'rtdetr');
  if (verdict === 'contradicts' && shares && areShares(values, shares.boxes) && holdsScores(values, shares)) {
    return shares;
  }
  const isTransposed = findTransposed(outputs, input, hints);
  if (isTransposed || shares !== undefined || (hints.isEndToEnd === false && verdict === 'open')) {
    throw ambiguous(outputs, isTransposed);
  }
  if (verdict === 'open') return endToEnd;
  throw unknownLayout(
    "The model's outputs have the shape of an end-to-end head, but its rows are not x1, y1, x2, y2, score, class in pixels. If they are an RT-DETR's, x, y, width, height in shares of the image, say so with --family rtdetr-end2end; if it is end-to-end all the same, with --family yolo-end2end.",
  );
}

function ambiguous(outputs: readonly SeenOutput[], isTransposed: boolean): UnusableModelError {
  const rivals = isTransposed
    ? 'those of an end-to-end head or those of YOLOv8 transposed (export it again without the transposition)'
    : 'those of an end-to-end head or those of RT-DETR';
  const cause = new AmbiguousLayoutError(outputs, rivals);
  return unknownLayout(cause.message, cause);
}

async function runOnNoise(session: InferenceSession, size: Size): Promise<ModelOutputs> {
  const input = createInput(session, size);
  let state = 1;
  for (let index = 0; index < input.values.length; index++) {
    // A linear congruential generator: the same noise each time.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    input.values[index] = (state >>> 24) / 255;
  }
  return runSession(session, input.feeds());
}
