import { InferenceSession, type InferenceSession as Session, Tensor } from 'onnxruntime-node';
import type { Size } from '../../vision/geometry.ts';
import type { Shape } from '../../vision/model-layout.ts';
import type { FloatTensor, ModelOutputs } from '../../vision/model-outputs.ts';
import { UnusableModelError } from './unusable-model.ts';

/** Where a model's weights are. */
export type ModelSource = { readonly path: string } | { readonly bytes: Uint8Array };

/** An ONNX Runtime session of a model with one picture as its input. */
export interface PictureSession {
  /** The input's size; undefined where its axes are dynamic. */
  readonly fixedInputSize: Size | undefined;
  /** Shapes of all outputs at one input size; a model with symbolic axes is run once to learn them. */
  outputShapes(inputSize: Size): Promise<Shape[]>;
  /** @param input `[1, 3, height, width]`, 0..1. */
  run(input: Float32Array, inputSize: Size): Promise<ModelOutputs>;
  release(): Promise<void>;
}

/** @throws UnusableModelError where the bytes are no ONNX model or its input is no picture. */
export async function openSession(
  source: ModelSource,
  { threads }: { threads: number },
): Promise<PictureSession> {
  const session = await createSession(source, threads);
  const inputName = session.inputNames[0] as string;
  const fixedInputSize = checkInput(session);

  async function infer(input: Float32Array, { width, height }: Size): Promise<FloatTensor[]> {
    const feeds = { [inputName]: new Tensor('float32', input, [1, 3, height, width]) };
    const results = await session.run(feeds);
    return session.outputNames.map((name) => toFloats(results[name]));
  }

  return {
    fixedInputSize,
    async outputShapes(inputSize) {
      const shapes = session.outputMetadata.map((output) => (output.isTensor ? output.shape : []));
      if (shapes.every((shape) => shape.every((side) => typeof side === 'number'))) return shapes as Shape[];
      const outputs = await infer(new Float32Array(3 * inputSize.width * inputSize.height), inputSize);
      return outputs.map(({ dims }) => dims);
    },
    async run(input, inputSize) {
      const outputs = await infer(input, inputSize);
      const predictions = outputs.find(({ dims }) => dims.length === 3);
      const protos = outputs.find(({ dims }) => dims.length === 4);
      if (predictions === undefined) throw new UnusableModelError('The model gave no predictions.');
      return protos === undefined ? { predictions } : { predictions, protos };
    },
    release: () => session.release(),
  };
}

async function createSession(source: ModelSource, threads: number): Promise<Session> {
  const options = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  } as const;
  try {
    return 'path' in source
      ? await InferenceSession.create(source.path, options)
      : await InferenceSession.create(source.bytes, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusableModelError(`The weights can't be loaded as an ONNX model (${reason}).`, { cause });
  }
}

function checkInput(session: Session): Size | undefined {
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

function toFloats(tensor: Tensor | undefined): FloatTensor {
  if (!(tensor?.data instanceof Float32Array)) {
    throw new UnusableModelError(`The model's output is ${tensor?.type}; known is float32.`);
  }
  return { data: tensor.data, dims: tensor.dims };
}
