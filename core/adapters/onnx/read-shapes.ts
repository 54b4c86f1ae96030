import type { InferenceSession } from 'onnxruntime-node';
import { ModelTooLargeError } from '../../domain/entities/model.ts';
import type { Size } from '../../vision/geometry.ts';
import type { SeenOutput, Shape } from '../../vision/seen-outputs.ts';
import { createInput, findImageInput, isFloatType, isOutputType, SIZES_INPUT } from './float-tensors.ts';
import { isMemoryFault } from './memory-fault.ts';
import { UnusableModelError } from './unusable-model.ts';

/**
 * The input's size; undefined where its axes are dynamic.
 * @throws UnusableModelError where the model does not take one RGB image of floats at a time.
 */
export function readInputSize(session: InferenceSession): Size | undefined {
  const { name, metadata: input } = findImageInput(session);
  const others = session.inputNames.filter((other) => other !== name && other !== SIZES_INPUT);
  if (!input?.isTensor || others.length > 0 || !isFloatType(input.type)) {
    const seen = session.inputMetadata.map((metadata) =>
      metadata.isTensor ? `${metadata.type} [${metadata.shape.join(', ')}]` : 'no tensor',
    );
    throw new UnusableModelError(
      `The model takes ${seen.join(' and ')}; known is one input, float32 or float16 [1, 3, height, width]. Export it with an input of floats (not uint8 or int8) and nothing besides.`,
    );
  }
  refuseShape(input.shape);
  const [, , height, width] = input.shape;
  return typeof height === 'number' && typeof width === 'number' ? { width, height } : undefined;
}

function refuseShape(shape: readonly (number | string)[]): void {
  const [batch, channels, , last] = shape;
  const seen = `[${shape.join(', ')}]`;
  if (typeof batch === 'number' && batch > 1) {
    throw new UnusableModelError(
      `The model takes a batch of ${batch} images at a time, ${seen}; images are given one at a time. Export it with batch=1 or dynamic=True.`,
    );
  }
  if (channels === 3 || typeof channels !== 'number') return;
  if (last === 3) {
    throw new UnusableModelError(
      `The model takes ${seen}, with its colour channels last. Export it with [1, 3, height, width].`,
    );
  }
  throw new UnusableModelError(
    `The model takes images of ${channels} channel${channels === 1 ? ' (gray)' : 's'}, ${seen}; images are given as 3 channels, RGB. Train and export it with channels: 3.`,
  );
}

/**
 * Names and shapes of all outputs at one input size; a model with symbolic axes is run once to learn them.
 * @throws UnusableModelError where an output holds anything but numbers.
 */
export async function readOutputs(session: InferenceSession, input: Size): Promise<SeenOutput[]> {
  const shapes = await readOutputShapes(session, input);
  return session.outputNames.map((name, index) => ({ name, shape: shapes[index] ?? [] }));
}

async function readOutputShapes(session: InferenceSession, input: Size): Promise<Shape[]> {
  const shapes = session.outputMetadata.map((output) => {
    if (output.isTensor && isOutputType(output.type)) return output.shape;
    const seen = output.isTensor ? output.type : 'no tensor';
    throw new UnusableModelError(
      `The model's output "${output.name}" is ${seen}; known are float32 and float16, and int32 and int64 for labels.`,
    );
  });
  if (shapes.every((shape) => shape.every((side) => typeof side === 'number'))) return shapes as Shape[];
  try {
    const outputs = await session.run(createInput(session, input).feeds());
    return session.outputNames.map((name) => outputs[name]?.dims ?? []);
  } catch (cause) {
    if (isMemoryFault(cause)) throw new ModelTooLargeError({ cause });
    throw new UnusableModelError(
      `The model can't be run on an image of ${input.width} x ${input.height}: ${(cause as Error).message}`,
      { cause },
    );
  }
}
