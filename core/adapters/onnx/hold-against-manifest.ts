import type { InferenceSession } from 'onnxruntime-node';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import type { Size } from '../../vision/geometry.ts';
import type { ModelLayout, PredictionLayout, Shape } from '../../vision/model-layout.ts';
import { readInputSize, readOutputShapes } from './read-shapes.ts';
import { recogniseOrRefuse, UnusableModelError } from './unusable-model.ts';

export const FAMILIES: Record<PredictionLayout, ModelManifest['family']> = {
  'anchors-last': 'yolov8',
  'anchors-first': 'yolov5',
  'end-to-end': 'yolo-end2end',
};

export function predictionsOf(family: ModelManifest['family']): PredictionLayout {
  const [predictions] = Object.entries(FAMILIES).find(([, name]) => name === family) ?? [];
  return predictions as PredictionLayout;
}

/**
 * The layout that the manifest names, held against what the file shows.
 * @throws UnusableModelError naming what differs.
 */
export async function holdAgainstManifest(
  session: InferenceSession,
  manifest: ModelManifest,
): Promise<ModelLayout> {
  const { inputSize, classes, family } = manifest;
  const own = readInputSize(session);
  if (own !== undefined && (own.width !== inputSize.width || own.height !== inputSize.height)) {
    throw mismatch(`an input of ${inputSize.width} x ${inputSize.height}`, `${own.width} x ${own.height}`);
  }
  const shapes = await readOutputShapes(session, inputSize);
  const seen = recogniseFreely(shapes, inputSize);
  if (seen !== undefined && seen.classCount > 0 && seen.classCount !== classes.length) {
    throw mismatch(`${classes.length} classes`, String(seen.classCount));
  }
  const layout = recogniseOrRefuse(shapes, inputSize, {
    classCount: classes.length,
    ...(seen === undefined || seen.predictions === 'end-to-end'
      ? { predictions: predictionsOf(family) }
      : {}),
  });
  const task = layout.maskCount > 0 ? 'segment' : 'detect';
  const shown = FAMILIES[layout.predictions];
  if (shown !== family) throw mismatch(`the family ${family}`, shown);
  if (task !== manifest.task) throw mismatch(`the task ${manifest.task}`, task);
  return layout;
}

/** What the shapes alone show, if they do. */
function recogniseFreely(shapes: readonly Shape[], inputSize: Size): ModelLayout | undefined {
  try {
    return recogniseOrRefuse(shapes, inputSize, {});
  } catch {
    return undefined;
  }
}

const mismatch = (named: string, seen: string) =>
  new UnusableModelError(`The manifest names ${named}; the file has ${seen}.`, { code: 'manifest_mismatch' });
