import type { InferenceSession } from 'onnxruntime-node';
import type { ModelRefusal } from '../../contracts/http/models.ts';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import { DomainError } from '../../domain/entities/errors.ts';
import { detectObjects } from '../../vision/detect-objects.ts';
import type { Size } from '../../vision/geometry.ts';
import { fitLetterbox } from '../../vision/letterbox.ts';
import type { Shape } from '../../vision/model-layout.ts';
import { createSession } from './create-session.ts';
import { FAMILIES } from './describe-model.ts';
import { prepareModel } from './load-model.ts';
import { readGraph } from './read-graph.ts';
import { readInputSize, readOutputShapes } from './read-shapes.ts';
import { recogniseOrRefuse, UnusableModelError } from './unusable-model.ts';

const MOST_DETECTIONS = { confidence: 0, iou: 0.7, maxDetections: 20, classAgnostic: false };

/**
 * Loads weights, holds them against their manifest and runs them once on a made-up image. What it is given may
 * crash or never come back: run it in a process of its own.
 * @returns what is wrong; undefined where the model can be used.
 */
export async function runTrial(
  weights: Uint8Array,
  manifest: ModelManifest,
): Promise<ModelRefusal | undefined> {
  try {
    refuseForeignNeeds(weights);
    const session = await createSession({ bytes: weights }, { threads: 1 });
    await compareWithManifest(session, manifest);
    return await runOnce(session, manifest);
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, detail: error.message };
    const reason = error instanceof Error ? error.message : String(error);
    return { code: 'trial_failed', detail: `The model failed in its trial run: ${reason}` };
  }
}

function refuseForeignNeeds(weights: Uint8Array): void {
  const { customOperators, externalFiles } = readGraph(weights);
  if (customOperators.size > 0) {
    throw new UnusableModelError(
      `The model uses operators that are not part of ONNX: ${[...customOperators].join(', ')}. Export it without them.`,
      { code: 'custom_operators' },
    );
  }
  if (externalFiles.size > 0) {
    throw new UnusableModelError(
      `The model keeps weights in files of their own (${[...externalFiles].join(', ')}). Export it as one file.`,
      { code: 'external_weights' },
    );
  }
}

async function compareWithManifest(session: InferenceSession, manifest: ModelManifest): Promise<void> {
  const named = manifest.inputSize;
  const own = readInputSize(session);
  if (own !== undefined && (own.width !== named.width || own.height !== named.height)) {
    throw mismatch(`an input of ${named.width} x ${named.height}`, `${own.width} x ${own.height}`);
  }
  const layout = recogniseNamed(await readOutputShapes(session, named), manifest);
  const task = layout.maskCount > 0 ? 'segment' : 'detect';
  const family = FAMILIES[layout.predictions];
  if (family !== manifest.family) throw mismatch(`the family ${manifest.family}`, family);
  if (task !== manifest.task) throw mismatch(`the task ${manifest.task}`, task);
}

function recogniseNamed(shapes: readonly Shape[], { inputSize, classes }: ModelManifest) {
  const countedClasses = countClasses(shapes, inputSize);
  if (countedClasses !== undefined && countedClasses !== classes.length) {
    throw mismatch(`${classes.length} classes`, String(countedClasses));
  }
  return recogniseOrRefuse(shapes, inputSize, classes.length);
}

/** How many classes the outputs show; an end-to-end head does not. */
function countClasses(shapes: readonly Shape[], inputSize: Size): number | undefined {
  try {
    return recogniseOrRefuse(shapes, inputSize).classCount;
  } catch {
    return undefined;
  }
}

const mismatch = (named: string, seen: string) =>
  new UnusableModelError(`The manifest names ${named}; the file has ${seen}.`, { code: 'manifest_mismatch' });

async function runOnce(
  session: InferenceSession,
  manifest: ModelManifest,
): Promise<ModelRefusal | undefined> {
  const model = await prepareModel(session, manifest);
  const outputs = await model.run((input) => {
    for (let index = 0; index < input.length; index++) input[index] = (index % 256) / 255;
  });
  for (const { data } of [outputs.predictions, ...(outputs.protos ? [outputs.protos] : [])]) {
    if (data.some(Number.isNaN)) {
      return { code: 'trial_failed', detail: 'The model gave values that are no numbers (NaN).' };
    }
  }
  const letterbox = fitLetterbox(manifest.inputSize, manifest.inputSize);
  detectObjects(outputs, { layout: model.layout, letterbox }, MOST_DETECTIONS);
  return undefined;
}
