import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { FloatTensor } from '../../vision/model-outputs.ts';
import { UnusableModelError } from './unusable-model.ts';

/** Types of inputs and outputs that are taken; half precision is converted here, at the edge. */
export const FLOAT_TYPES = ['float32', 'float16'] as const;
export type FloatType = (typeof FLOAT_TYPES)[number];

export const isFloatType = (type: string): type is FloatType =>
  (FLOAT_TYPES as readonly string[]).includes(type);

/** What a model is fed from, and how what was filled in comes to it. */
export interface ModelInput {
  readonly values: Float32Array;
  feeds(): Record<string, Tensor>;
}

export function createInput(
  session: InferenceSession,
  { width, height }: { width: number; height: number },
): ModelInput {
  const [name = ''] = session.inputNames;
  const [metadata] = session.inputMetadata;
  const dims = [1, 3, height, width];
  const values = new Float32Array(3 * height * width);
  if (!metadata?.isTensor || metadata.type !== 'float16') {
    const tensor = new Tensor('float32', values, dims);
    return { values, feeds: () => ({ [name]: tensor }) };
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
      return { [name]: tensor };
    },
  };
}

/** Half precision becomes 32 bits; anything else stays as it is. */
export function toFloats(output: Tensor): FloatTensor {
  const { data, dims, type } = output;
  if (type !== 'float16') return { data: data as Float32Array, dims };
  return { data: Float32Array.from(data as unknown as Float16Array), dims };
}
