import type { OnnxGraph } from './onnx-graph.ts';
import { readIntegers, readText, type TfjsModel, type TfNode, type Weight } from './read-tfjs.ts';

/** What of TensorFlow is not converted. */
export class UnknownLayerError extends Error {
  constructor({ name, op }: TfNode) {
    super(`The layer ${name} (${op}) is of a kind that is not converted.`);
    this.name = 'UnknownLayerError';
  }
}

const NORM_EPSILON = 0.001;

/**
 * Converts the layers of a convolutional network, each once. TensorFlow keeps channels last, ONNX second: all that
 * lies between convolutions is made per channel, so the whole network is turned, and turned back where it ends.
 * @param given names of results that stand for layers already.
 */
export function createLayerConverter(
  { nodes, weights }: TfjsModel,
  graph: OnnxGraph,
  given: Readonly<Record<string, string>>,
) {
  const made = new Map(Object.entries(given));

  function convert(name: string): string {
    const known = made.get(name);
    if (known !== undefined) return known;
    const node = nodes.get(name);
    if (node === undefined) throw new Error(`The graph has no layer ${name}.`);
    const result = convertNode(node);
    made.set(name, result);
    return result;
  }

  function weightOf(node: TfNode, index: number): Weight {
    const weight = weights.get(node.input[index] ?? '');
    if (weight === undefined) throw new UnknownLayerError(node);
    return weight;
  }

  /** The input as a result, or as a constant for each channel. */
  function operand(node: TfNode, index: number): string {
    const weight = weights.get(node.input[index] ?? '');
    if (weight === undefined) return convert(node.input[index] ?? '');
    return perChannel(weight.values);
  }

  const perChannel = (values: Iterable<number>) => {
    const list = [...values];
    return graph.floats(list, list.length === 1 ? [] : [list.length, 1, 1]);
  };

  function convertNode(node: TfNode): string {
    switch (node.op) {
      case 'Conv2D':
      case 'DepthwiseConv2dNative':
        return convolve(node);
      case 'Add':
      case 'AddN':
      case 'BiasAdd':
        return node.input
          .slice(1)
          .reduce((sum, _, index) => graph.add('Add', [sum, operand(node, index + 1)]), operand(node, 0));
      case 'Mul':
        return graph.add('Mul', [operand(node, 0), operand(node, 1)]);
      case 'Relu6':
        return graph.add('Clip', [operand(node, 0), graph.floats([0]), graph.floats([6])]);
      case 'FusedBatchNorm':
        return normalise(node);
      default:
        throw new UnknownLayerError(node);
    }
  }

  function convolve(node: TfNode): string {
    const isDepthwise = node.op === 'DepthwiseConv2dNative';
    const weight = weightOf(node, 1);
    const [height = 1, width = 1, inputs = 1, outputs = 1] = weight.dims;
    if (readText(node, 'padding') !== 'SAME') throw new UnknownLayerError(node);
    const dims = isDepthwise ? [inputs * outputs, 1, height, width] : [outputs, inputs, height, width];
    const kernel = graph.floats(turnKernel(weight, isDepthwise), dims);
    return graph.add('Conv', [convert(node.input[0] ?? ''), kernel], {
      auto_pad: 'SAME_UPPER',
      strides: readIntegers(node, 'strides').slice(1, 3),
      group: isDepthwise ? inputs : 1,
      kernel_shape: [height, width],
    });
  }

  function normalise(node: TfNode): string {
    const [gamma = [], beta = [], mean = [], variance = []] = [1, 2, 3, 4].map((index) => [
      ...weightOf(node, index).values,
    ]);
    const scales = gamma.map(
      (factor, channel) => factor / Math.sqrt((variance[channel] ?? 0) + NORM_EPSILON),
    );
    const shifts = scales.map((scale, channel) => (beta[channel] ?? 0) - (mean[channel] ?? 0) * scale);
    return graph.add('Add', [graph.add('Mul', [operand(node, 0), perChannel(scales)]), perChannel(shifts)]);
  }

  return convert;
}

/** `[height, width, inputs, outputs]` becomes `[outputs, inputs, height, width]`, or `[inputs * outputs, 1, …]`. */
function turnKernel({ dims, values }: Weight, isDepthwise: boolean): Float32Array {
  const [height = 1, width = 1, inputs = 1, outputs = 1] = dims;
  const area = height * width;
  const turned = new Float32Array(values.length);
  for (let place = 0; place < area; place++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        const kernel = isDepthwise ? input * outputs + output : output * inputs + input;
        turned[kernel * area + place] = values[(place * inputs + input) * outputs + output] as number;
      }
    }
  }
  return turned;
}
