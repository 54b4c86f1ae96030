import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelTooLargeError } from '../../domain/entities/model.ts';
import type { FloatTensor } from '../../vision/model-outputs.ts';
import { isMemoryFault } from './memory-fault.ts';
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
  /** Of all images, one after another. */
  readonly values: Float32Array;
  /** Numbers of one image. */
  readonly imageLength: number;
  /** The images from `from` up to `to`; all where absent. */
  feeds(from?: number, to?: number): Record<string, Tensor>;
}

/** @param most images in one run. */
export function createInput(
  session: InferenceSession,
  { width, height }: { width: number; height: number },
  most = 1,
): ModelInput {
  const { name, metadata } = findImageInput(session);
  const sizes = session.inputNames.includes(SIZES_INPUT)
    ? { [SIZES_INPUT]: new Tensor('int64', BigInt64Array.of(BigInt(width), BigInt(height)), [1, 2]) }
    : {};
  const imageLength = 3 * height * width;
  const dims = (from: number, to: number) => [to - from, 3, height, width];
  const values = new Float32Array(most * imageLength);
  const part = <Values extends Float32Array | Uint16Array>(all: Values, from: number, to: number) =>
    all.subarray(from * imageLength, to * imageLength) as Values;
  if (!metadata?.isTensor || metadata.type !== 'float16') {
    return {
      values,
      imageLength,
      feeds: (from = 0, to = most) => ({
        [name]: new Tensor('float32', part(values, from, to), dims(from, to)),
        ...sizes,
      }),
    };
  }
  if (typeof Float16Array === 'undefined') {
    throw new UnusableModelError(
      'A model with half-precision inputs needs Node 24 here. Run "npm ci": it brings one.',
    );
  }
  const halves = new Float16Array(values.length);
  const bits = new Uint16Array(halves.buffer);
  return {
    values,
    imageLength,
    feeds(from = 0, to = most) {
      halves.set(part(values, from, to), from * imageLength);
      const some = part(bits, from, to);
      const tensor = new Tensor('float16', some, dims(from, to));
      // Its own Tensor makes a Float16Array of them, which onnxruntime-node 1.30 can't read.
      Object.assign(tensor, { cpuData: some });
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

/** What a model gives, in the order of its outputs. @throws ModelTooLargeError where it takes more memory than there is. */
export async function runSession(
  session: InferenceSession,
  feeds: Record<string, Tensor>,
): Promise<FloatTensor[]> {
  const outputs = await session.run(feeds).catch((cause: unknown) => {
    throw isMemoryFault(cause) ? new ModelTooLargeError({ cause }) : cause;
  });
  return session.outputNames.map((name) => toFloats(outputs[name] as Tensor));
}
