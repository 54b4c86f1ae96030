import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { FloatTensor } from '../../vision/model-outputs.ts';
import { UnusableModelError } from './unusable-model.ts';

/** Types of inputs and outputs that are taken; half precision is converted here, at the edge. */
export const FLOAT_TYPES = ['float32', 'float16'] as const;
export type FloatType = (typeof FLOAT_TYPES)[number];

export const isFloatType = (type: string): type is FloatType =>
  (FLOAT_TYPES as readonly string[]).includes(type);

/** Of outputs: labels and counts may be whole numbers. */
export const isOutputType = (type: string) => isFloatType(type) || type === 'int32' || type === 'int64';

/** The input of the image, which others may stand beside. */
export function findImageInput(session: InferenceSession) {
  const index = session.inputMetadata.findIndex((input) => input.isTensor && input.shape.length === 4);
  return { name: session.inputNames[index] ?? '', metadata: session.inputMetadata[index] };
}

/** RT-DETR's and D-FINE's own post-processing asks how large the image is that boxes are to be in. */
export const SIZES_INPUT = 'orig_target_sizes';

/** What a model is fed from, and how what was filled in comes to it. */
export interface ModelInput {
  readonly values: Float32Array;
  feeds(): Record<string, Tensor>;
}

export function createInput(
  session: InferenceSession,
  { width, height }: { width: number; height: number },
): ModelInput {
  const { name, metadata } = findImageInput(session);
  const sizes = session.inputNames.includes(SIZES_INPUT)
    ? { [SIZES_INPUT]: new Tensor('int64', BigInt64Array.of(BigInt(width), BigInt(height)), [1, 2]) }
    : {};
  const dims = [1, 3, height, width];
  const values = new Float32Array(3 * height * width);
  if (!metadata?.isTensor || metadata.type !== 'float16') {
    const tensor = new Tensor('float32', values, dims);
    return { values, feeds: () => ({ [name]: tensor, ...sizes }) };
  }
  if (typeof Float16Array === 'undefined') {
    throw new UnusableModelError(
      'A model with half-precision inputs needs Node 24 here. Run "npm ci": it brings one.',
    );
  }
  const halves = new Float16Array(values.length);
  const bits = new Uint16Array(halves.buffer);
  const tensor = new Tensor('float16', bits, dims);
  // Its own Tensor makes a Float16Array of them, which onnxruntime-node 1.30 can't read.
  Object.assign(tensor, { cpuData: bits });
  return {
    values,
    feeds() {
      halves.set(values);
      return { [name]: tensor, ...sizes };
    },
  };
}

/** Half precision and whole numbers become 32-bit floats; those stay as they are. */
export function toFloats({ data, dims, type }: Tensor): FloatTensor {
  if (type === 'float32') return { data: data as Float32Array, dims };
  if (type === 'float16') return { data: Float32Array.from(data as unknown as Float16Array), dims };
  return { data: Float32Array.from(data as BigInt64Array, Number), dims };
}

/** What a model gives, in the order of its outputs. */
export async function runSession(session: InferenceSession, input: ModelInput): Promise<FloatTensor[]> {
  const outputs = await session.run(input.feeds());
  return session.outputNames.map((name) => toFloats(outputs[name] as Tensor));
}
