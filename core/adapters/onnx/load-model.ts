import type { ModelManifest } from '../../contracts/model-manifest.ts';
import type { VisionModel } from '../../domain/analyze-picture.ts';
import { recogniseLayout } from '../../vision/model-layout.ts';
import { type ModelSource, openSession } from './open-session.ts';

export interface LoadedModel extends VisionModel {
  /** Frees the session's memory; the model can't run after it. */
  release(): Promise<void>;
}

/**
 * Loads weights so that they are ready to run; the family is recognised by the shapes of their outputs.
 * @param threads that one run uses.
 * @throws UnknownModelLayoutError, UnusableModelError
 */
export async function loadModel(
  source: ModelSource,
  manifest: ModelManifest,
  { threads }: { threads: number },
): Promise<LoadedModel> {
  const session = await openSession(source, { threads });
  const { inputSize } = manifest;
  const shapes = await session.outputShapes(inputSize);
  const layout = recogniseLayout(shapes, inputSize, manifest.classes.length);
  return {
    manifest,
    layout,
    inputSize,
    run: (input) => session.run(input, inputSize),
    release: () => session.release(),
  };
}
