import type { InferenceSession } from 'onnxruntime-node';
import type { Size } from '../../vision/geometry.ts';
import { holdsScores, judgeEndToEnd } from '../../vision/judge-values.ts';
import { AmbiguousLayoutError, type ModelLayout, type PredictionLayout } from '../../vision/model-layout.ts';
import type { FloatTensor } from '../../vision/model-outputs.ts';
import { createInput, toFloats } from './float-tensors.ts';
import type { OnnxMetadata } from './read-metadata.ts';
import { readOutputShapes } from './read-shapes.ts';
import { recogniseOrRefuse, UnusableModelError } from './unusable-model.ts';

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
  readonly predictions?: PredictionLayout | undefined;
}

/**
 * Recognises the family by what the file says of itself, by the shapes of its outputs and, where those leave it
 * open, by the values that it gives for noise.
 * @throws UnusableModelError
 */
export async function recogniseModel(
  session: InferenceSession,
  input: Size,
  { metadata, classCount, predictions }: KnownOfModel,
): Promise<ModelLayout> {
  refuseOtherKinds(metadata);
  const shapes = await readOutputShapes(session, input);
  const hints = { classCount, predictions, isEndToEnd: metadata.isEndToEnd };
  const named = predictions !== undefined || metadata.isEndToEnd === true;
  try {
    const layout = recogniseOrRefuse(shapes, input, hints);
    if (!named) await holdAgainstValues(session, input, { layout, namesAreLost: classCount === undefined });
    return layout;
  } catch (error) {
    const { cause } = error as Error;
    if (!(cause instanceof AmbiguousLayoutError)) throw error;
    if (judgeEndToEnd(await runOnNoise(session, input)) !== 'fits') throw error;
    return cause.endToEnd;
  }
}

function refuseOtherKinds({ task, head }: OnnxMetadata): void {
  if (task !== undefined && !TAKEN_TASKS.has(task)) {
    throw new UnusableModelError(
      `The model is made for another task: ${OTHER_TASKS[task] ?? task}. Models that detect or segment are taken.`,
      { code: 'unknown_model_layout' },
    );
  }
  if (head !== undefined && /rtdetr/i.test(head)) {
    throw new UnusableModelError(
      'The model is an RT-DETR, whose boxes are shares of a stretched image. It is not taken; YOLO models are.',
      { code: 'unknown_model_layout' },
    );
  }
}

/** @throws UnusableModelError where the values can't be what the shapes look like. */
async function holdAgainstValues(
  session: InferenceSession,
  input: Size,
  { layout, namesAreLost }: { layout: ModelLayout; namesAreLost: boolean },
): Promise<void> {
  if (layout.predictions === 'end-to-end') {
    if (judgeEndToEnd(await runOnNoise(session, input)) !== 'contradicts') return;
    throw new UnusableModelError(
      "The model's outputs have the shape of an end-to-end head, but its rows are not x1, y1, x2, y2, score, class in pixels: perhaps it is an RT-DETR, which is not taken. If it is end-to-end all the same, say so with --family yolo-end2end.",
      { code: 'unknown_model_layout' },
    );
  }
  if (layout.predictions !== 'anchors-last' || !namesAreLost) return;
  if (holdsScores(await runOnNoise(session, input), layout.classCount)) return;
  throw new UnusableModelError(
    'The file names no classes, and what would be their scores goes beyond 0 to 1: perhaps it is made for poses or rotated boxes. If it detects, name its classes in a manifest beside it and its family with --family yolov8.',
    { code: 'unknown_model_layout' },
  );
}

async function runOnNoise(session: InferenceSession, size: Size): Promise<FloatTensor> {
  const input = createInput(session, size);
  let state = 1;
  for (let index = 0; index < input.values.length; index++) {
    // A linear congruential generator: the same noise each time.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    input.values[index] = (state >>> 24) / 255;
  }
  const outputs = Object.values(await session.run(input.feeds())).map(toFloats);
  const predictions = outputs.find(({ dims }) => dims.length === 3);
  if (predictions === undefined) throw new UnusableModelError('The model gives no predictions.');
  return predictions;
}
