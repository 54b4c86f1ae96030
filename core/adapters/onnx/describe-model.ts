import { createHash } from 'node:crypto';
import { ModelManifest } from '../../contracts/model-manifest.ts';
import type { Size } from '../../vision/geometry.ts';
import type { PredictionLayout } from '../../vision/model-layout.ts';
import { createSession } from './create-session.ts';
import { readMetadata } from './read-metadata.ts';
import { readInputSize, readOutputShapes } from './read-shapes.ts';
import { recogniseOrRefuse } from './unusable-model.ts';

export interface ModelName {
  readonly id: string;
  readonly version: string;
  /** Where the file itself does not say. */
  readonly licence?: string;
  /** Class names in label order, where the file itself does not say. */
  readonly classes?: readonly string[];
}

export const FAMILIES: Record<PredictionLayout, ModelManifest['family']> = {
  'anchors-last': 'yolov8',
  'anchors-first': 'yolov5',
  'end-to-end': 'yolo-end2end',
};

/** What ultralytics exports at where nothing else is said. */
const USUAL_INPUT_SIZE: Size = { width: 640, height: 640 };

/**
 * Makes a model's manifest from the file itself: class names, input size and licence from its metadata, the
 * family and task from the shapes of its outputs.
 * @throws UnusableModelError
 */
export async function describeModel(bytes: Uint8Array, name: ModelName): Promise<ModelManifest> {
  const metadata = readMetadata(bytes);
  const session = await createSession({ bytes }, { threads: 1 });
  try {
    const inputSize = readInputSize(session) ?? metadata.inputSize ?? USUAL_INPUT_SIZE;
    const named = name.classes ?? metadata.classes;
    const layout = recogniseOrRefuse(await readOutputShapes(session, inputSize), inputSize, named?.length);
    return ModelManifest.parse({
      id: name.id,
      version: name.version,
      family: FAMILIES[layout.predictions],
      task: layout.maskCount > 0 ? 'segment' : 'detect',
      classes: named ?? Array.from({ length: layout.classCount }, (_, classId) => `class ${classId}`),
      inputSize,
      licence: name.licence ?? metadata.licence ?? 'unknown',
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  } finally {
    await session.release();
  }
}
