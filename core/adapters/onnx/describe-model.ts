import { createHash } from 'node:crypto';
import { ModelManifest } from '../../contracts/model-manifest.ts';
import type { Size } from '../../vision/geometry.ts';
import type { ModelLayout } from '../../vision/model-layout.ts';
import { COCO_91 } from './coco-names.ts';
import { createSession } from './create-session.ts';
import { taskOf } from './hold-against-manifest.ts';
import { readMetadata } from './read-metadata.ts';
import { unnamedClass } from './read-names.ts';
import { readInputSize } from './read-shapes.ts';
import { recogniseModel } from './recognise-model.ts';
import { refuseForeignNeeds } from './refuse-foreign-needs.ts';
import { UnusableModelError } from './unusable-model.ts';
import { usualPreprocessing } from './usual-preprocessing.ts';

export interface ModelName {
  readonly id: string;
  readonly version: string;
  /** Where the file itself does not say. */
  readonly licence?: string;
  /** Class names in label order, where the file itself does not say. */
  readonly classes?: readonly string[] | undefined;
  /** The size to run it at, where its axes are dynamic. */
  readonly inputSize?: Size | undefined;
  /** Where its outputs leave it open. */
  readonly family?: ModelManifest['family'] | undefined;
}

/** What ultralytics exports at where nothing else is said. */
const USUAL_INPUT_SIZE: Size = { width: 640, height: 640 };

/**
 * Makes a model's manifest from the file itself: class names, input size and licence from its metadata, the
 * family and task from its outputs, how images come to it from the family.
 * @throws UnusableModelError
 */
export async function describeModel(bytes: Uint8Array, name: ModelName): Promise<ModelManifest> {
  refuseForeignNeeds(bytes);
  const metadata = readMetadata(bytes);
  const session = await createSession({ bytes }, { threads: 1 });
  try {
    const inputSize = readInputSize(session) ?? name.inputSize ?? metadata.inputSize ?? USUAL_INPUT_SIZE;
    const named = name.classes ?? metadata.classes;
    const { layout, values } = await recogniseModel(session, inputSize, {
      metadata,
      classCount: named?.length,
      family: name.family,
    });
    const preprocessing = metadata.preprocessing ?? usualPreprocessing(layout, session);
    return readManifest({
      id: name.id,
      version: name.version,
      family: layout.family,
      task: taskOf(layout),
      classes: named ? [...named] : nameClasses(layout),
      inputSize,
      ...(preprocessing && { preprocessing }),
      ...(values && { outputs: values }),
      licence: name.licence ?? metadata.licence ?? 'unknown',
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  } finally {
    await session.release();
  }
}

/** DETRs with 91 classes keep the numbers of COCO, of which eleven stand for nothing. */
function nameClasses({ family, classCount }: ModelLayout): string[] {
  const known = family === 'detr' && classCount === COCO_91.length ? COCO_91 : [];
  return Array.from({ length: classCount }, (_, classId) => known[classId] ?? unnamedClass(classId));
}

function readManifest(manifest: ModelManifest): ModelManifest {
  const { success, data, error } = ModelManifest.safeParse(manifest);
  if (success) return data;
  const [issue] = error.issues;
  throw new UnusableModelError(
    `The model can't be described: its ${issue?.path[0]?.toString()} (${manifest.classes.length} classes) can't be taken: ${issue?.message}.`,
    { cause: error },
  );
}
