import { createOnnxGraph } from '../../core/adapters/tfjs/onnx-graph.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { hashOf } from './tiny-manifest.ts';

const SIDE = 64;
const ANCHORS = 84;
const NUMBERS = 6;

/** A box's centre and size, of the class whose score is the mean of one colour. */
const SEEN = [
  { box: [32, 32, 16, 16], classId: 0, channel: 0 },
  { box: [10, 10, 8, 8], classId: 1, channel: 2 },
] as const;

/** A YOLOv8 with a batch axis that sees something red, as sure as the image is red, and something blue. */
export function colourModel(batch: string | number = 'batch'): {
  weights: Uint8Array;
  manifest: ModelManifest;
} {
  const graph = createOnnxGraph();
  const factors = new Float32Array(3 * NUMBERS * ANCHORS);
  const offsets = new Float32Array(NUMBERS * ANCHORS);
  for (const [anchor, { box, classId, channel }] of SEEN.entries()) {
    for (const [number, value] of box.entries()) offsets[number * ANCHORS + anchor] = value;
    factors[channel * NUMBERS * ANCHORS + (4 + classId) * ANCHORS + anchor] = 1;
  }
  const mean = graph.add('Flatten', [graph.add('GlobalAveragePool', ['images'])]);
  const flat = graph.add('Gemm', [
    mean,
    graph.floats(factors, [3, NUMBERS * ANCHORS]),
    graph.floats(offsets, [NUMBERS * ANCHORS]),
  ]);
  graph.output(graph.add('Reshape', [flat, graph.integers([0, NUMBERS, ANCHORS])]), 'output0');
  const weights = graph.write(
    { name: 'images', dims: [batch, 3, SIDE, SIDE] },
    { name: 'output0', dims: [batch, NUMBERS, ANCHORS] },
    {},
  );
  const manifest: ModelManifest = {
    id: 'colour',
    version: '1',
    family: 'yolov8',
    task: 'detect',
    classes: ['red', 'blue'],
    inputSize: { width: SIDE, height: SIDE },
    licence: 'Apache-2.0',
    sha256: hashOf(weights),
  };
  return { weights, manifest };
}
