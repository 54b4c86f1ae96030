/** A dense tensor of 32-bit floats, the last dimension running fastest. */
export interface FloatTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** What a model says about one input. */
export interface ModelOutputs {
  readonly predictions: FloatTensor;
  /** Mask prototypes `[1, masks, height, width]` of a segmentation model. */
  readonly protos?: FloatTensor;
}

/** Raised where a model's outputs do not have the dimensions its layout promises. */
export function dimension(tensor: FloatTensor, axis: number): number {
  const size = tensor.dims[axis];
  if (size === undefined)
    throw new RangeError(`A tensor of shape [${tensor.dims.join(', ')}] has no axis ${axis}.`);
  return size;
}
