import { setImmediate } from 'node:timers/promises';
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import type { FillInput, VisionModel } from '../../domain/analysis/infer-image.ts';
import { freeMemory } from '../../vision/free-memory.ts';
import type { FloatTensor, ModelOutputs } from '../../vision/model-outputs.ts';
import { createSession, type ModelSource, type SessionOptions } from './create-session.ts';
import { createInput, runSession } from './float-tensors.ts';
import { holdAgainstManifest } from './hold-against-manifest.ts';

export interface LoadedModel extends VisionModel {
  /** Frees the session's memory; the model can't run after it. */
  release(): Promise<void>;
}

/**
 * Loads weights so that they are ready to run; they are held against their manifest.
 * @throws UnusableModelError, ModelTooLargeError
 */
export async function loadModel(
  source: ModelSource,
  manifest: ModelManifest,
  options: SessionOptions,
): Promise<LoadedModel> {
  return prepareModel(await createSession(source, options), manifest);
}

/**
 * Makes a model of a session. All runs share the input's memory, and each frees what the one before gave:
 * megabytes left to the garbage collector cost more, for each image, than the whole post-processing.
 */
export async function prepareModel(session: InferenceSession, manifest: ModelManifest): Promise<LoadedModel> {
  const { inputSize } = manifest;
  const layout = await holdAgainstManifest(session, manifest);
  const input = createInput(session, inputSize);
  let outputs: FloatTensor[] = [];
  let lastRun: Promise<unknown> = Promise.resolve();

  async function runOnce(fillInput: FillInput): Promise<ModelOutputs> {
    fillInput(input.values);
    // Whoever awaited the run before has read what it gave once the event loop has turned.
    await setImmediate();
    for (const { data } of outputs) freeMemory(data);
    outputs = await runSession(session, input.feeds());
    return outputs;
  }

  return {
    manifest,
    layout,
    inputSize,
    run(fillInput) {
      const run = lastRun.then(() => runOnce(fillInput));
      lastRun = run.catch(() => undefined);
      return run;
    },
    release: () => session.release(),
  };
}
