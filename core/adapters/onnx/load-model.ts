import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import type { FillInput, VisionModel } from '../../domain/analyze-picture.ts';
import type { FloatTensor, ModelOutputs } from '../../vision/model-outputs.ts';
import { createSession, type ModelSource } from './create-session.ts';
import { readOutputShapes } from './read-shapes.ts';
import { recogniseOrRefuse, UnusableModelError } from './unusable-model.ts';

export interface LoadedModel extends VisionModel {
  /** Frees the session's memory; the model can't run after it. */
  release(): Promise<void>;
}

/**
 * Loads weights so that they are ready to run; the family is recognised by the shapes of their outputs.
 * @param threads that one run uses.
 * @throws UnusableModelError
 */
export async function loadModel(
  source: ModelSource,
  manifest: ModelManifest,
  { threads }: { threads: number },
): Promise<LoadedModel> {
  return prepareModel(await createSession(source, { threads }), manifest);
}

/**
 * Makes a model of a session. Input and outputs live in memory that all runs share: fresh megabytes for each
 * picture cost more than the whole post-processing.
 */
export async function prepareModel(session: InferenceSession, manifest: ModelManifest): Promise<LoadedModel> {
  const { inputSize } = manifest;
  const shapes = await readOutputShapes(session, inputSize);
  const layout = recogniseOrRefuse(shapes, inputSize, manifest.classes.length);
  const input = createTensor([1, 3, inputSize.height, inputSize.width]);
  const feeds = { [session.inputNames[0] as string]: input.tensor };
  const outputs = shapes.map(createTensor);
  const fetches = Object.fromEntries(
    session.outputNames.map((name, index) => [name, outputs[index]?.tensor]),
  );
  const results = toModelOutputs(outputs.map(({ floats }) => floats));
  let lastRun: Promise<unknown> = Promise.resolve();

  async function runOnce(fillInput: FillInput): Promise<ModelOutputs> {
    fillInput(input.floats.data);
    await session.run(feeds, fetches as Record<string, Tensor>);
    return results;
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

function createTensor(dims: readonly number[]): { tensor: Tensor; floats: FloatTensor } {
  const data = new Float32Array(dims.reduce((product, side) => product * side, 1));
  return { tensor: new Tensor('float32', data, dims), floats: { data, dims } };
}

function toModelOutputs(outputs: readonly FloatTensor[]): ModelOutputs {
  const predictions = outputs.find(({ dims }) => dims.length === 3);
  const protos = outputs.find(({ dims }) => dims.length === 4);
  if (predictions === undefined) throw new UnusableModelError('The model gives no predictions.');
  return protos === undefined ? { predictions } : { predictions, protos };
}
