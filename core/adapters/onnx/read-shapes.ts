import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Size } from '../../vision/geometry.ts';
import type { Shape } from '../../vision/model-layout.ts';
import { UnusableModelError } from './unusable-model.ts';

/**
 * The input's size; undefined where its axes are dynamic.
 * @throws UnusableModelError where the model does not take one image of 32-bit floats.
 */
export function readInputSize(session: InferenceSession): Size | undefined {
  const [input, ...others] = session.inputMetadata;
  if (!input?.isTensor || others.length > 0 || input.type !== 'float32' || input.shape.length !== 4) {
    const seen = session.inputMetadata.map((metadata) =>
      metadata.isTensor ? `${metadata.type} [${metadata.shape.join(', ')}]` : 'no tensor',
    );
    throw new UnusableModelError(
      `The model takes ${seen.join(' and ')}; known is one input, float32 [1, 3, height, width]. Export it without half or int8 inputs.`,
    );
  }
  const [, , height, width] = input.shape;
  return typeof height === 'number' && typeof width === 'number' ? { width, height } : undefined;
}

/**
 * Shapes of all outputs at one input size; a model with symbolic axes is run once to learn them.
 * @throws UnusableModelError where an output holds anything but 32-bit floats.
 */
export async function readOutputShapes(session: InferenceSession, input: Size): Promise<Shape[]> {
  const shapes = session.outputMetadata.map((output) => {
    if (output.isTensor && output.type === 'float32') return output.shape;
    const seen = output.isTensor ? output.type : 'no tensor';
    throw new UnusableModelError(`The model's output "${output.name}" is ${seen}; known is float32.`);
  });
  if (shapes.every((shape) => shape.every((side) => typeof side === 'number'))) return shapes as Shape[];
  const { width, height } = input;
  const nothing = new Tensor('float32', new Float32Array(3 * width * height), [1, 3, height, width]);
  const outputs = await session.run({ [session.inputNames[0] as string]: nothing });
  return session.outputNames.map((name) => outputs[name]?.dims ?? []);
}
