import type { InferenceSession } from 'onnxruntime-node';
import type { ModelRefusal } from '../../contracts/http/models.ts';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import { DomainError } from '../../domain/entities/errors.ts';
import { detectObjects } from '../../vision/detect-objects.ts';
import { fitLetterbox } from '../../vision/letterbox.ts';
import { createSession } from './create-session.ts';
import { prepareModel } from './load-model.ts';
import { refuseForeignNeeds } from './refuse-foreign-needs.ts';

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
    return await runOnce(session, manifest);
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, detail: error.message };
    const reason = error instanceof Error ? error.message : String(error);
    return { code: 'trial_failed', detail: `The model failed in its trial run: ${reason}` };
  }
}

async function runOnce(
  session: InferenceSession,
  manifest: ModelManifest,
): Promise<ModelRefusal | undefined> {
  const model = await prepareModel(session, manifest);
  const outputs = await model.run((input) => {
    for (let index = 0; index < input.length; index++) input[index] = (index % 256) / 255;
  });
  if (outputs.some(({ data }) => data.some(Number.isNaN))) {
    return { code: 'trial_failed', detail: 'The model returned values that are not numbers (NaN).' };
  }
  const letterbox = fitLetterbox(manifest.inputSize, manifest.inputSize);
  detectObjects(outputs, { layout: model.layout, letterbox }, MOST_DETECTIONS);
  return undefined;
}
