import type { Place } from './model-layout.ts';

/** A dense tensor of 32-bit floats, the last dimension running fastest. */
export interface FloatTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** What a model says about one input, in the order of its outputs. */
export type ModelOutputs = readonly FloatTensor[];

/** Raised where a model's outputs do not have the dimensions its layout promises. */
export function dimension(tensor: FloatTensor, axis: number): number {
  const size = tensor.dims.at(axis);
  if (size === undefined)
    throw new RangeError(`A tensor of shape [${tensor.dims.join(', ')}] has no axis ${axis}.`);
  return size;
}

export function outputAt(outputs: ModelOutputs, index: number): FloatTensor {
  const output = outputs[index];
  if (output === undefined)
    throw new RangeError(`The model gave ${outputs.length} outputs, not ${index + 1}.`);
  return output;
}

/** Number `k` of prediction `n` is `data[first + n * perPrediction + k * perNumber]`. */
export interface Numbers {
  readonly data: Float32Array;
  /** Of predictions. */
  readonly count: number;
  readonly first: number;
  readonly perPrediction: number;
  readonly perNumber: number;
}

export function locate(outputs: ModelOutputs, { output, along, at }: Place): Numbers {
  const tensor = outputAt(outputs, output);
  const last = dimension(tensor, -1);
  return along === 'rows'
    ? {
        data: tensor.data,
        count: dimension(tensor, -2),
        first: at,
        perPrediction: last,
        perNumber: 1,
      }
    : { data: tensor.data, count: last, first: at * last, perPrediction: 1, perNumber: last };
}

/** The first `count` numbers of one prediction. */
export function readNumbers(numbers: Numbers, prediction: number, count: number): Float32Array {
  const { data, first, perPrediction, perNumber } = numbers;
  const start = first + prediction * perPrediction;
  return Float32Array.from({ length: count }, (_, index) => data[start + index * perNumber] as number);
}
