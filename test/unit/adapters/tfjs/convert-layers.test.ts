import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, expect, test } from 'vitest';
import { createLayerConverter, UnknownLayerError } from '../../../../core/adapters/tfjs/convert-layers.ts';
import { createOnnxGraph } from '../../../../core/adapters/tfjs/onnx-graph.ts';
import { readTfjs } from '../../../../core/adapters/tfjs/read-tfjs.ts';

const folder = mkdtempSync(join(tmpdir(), 'segmentry-tfjs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');
const SAME = { padding: { s: base64('SAME') }, strides: { list: { i: ['1', '1', '1', '1'] } } };

interface Layer {
  readonly name: string;
  readonly op: string;
  readonly input: string[];
  readonly attr?: object;
}

/** Writes a graph as TensorFlow.js does, its weights in two files. */
function writeModel(node: Layer[], weights: Record<string, { shape: number[]; values: number[] }>) {
  const bytes = Buffer.concat(
    Object.values(weights).map(({ values }) => Buffer.from(Float32Array.from(values).buffer)),
  );
  writeFileSync(join(folder, 'part1'), bytes.subarray(0, 6));
  writeFileSync(join(folder, 'part2'), bytes.subarray(6));
  const named = Object.entries(weights).map(([name, { shape }]) => ({ name, shape, dtype: 'float32' }));
  const weightsManifest = [{ paths: ['part1', 'part2'], weights: named }];
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ modelTopology: { node }, weightsManifest }));
}

/** What the layer `last` gives for `image` of two channels, 2 x 2. */
async function run(last: string, image: number[], dims: readonly number[]) {
  const graph = createOnnxGraph();
  graph.output(createLayerConverter(readTfjs(folder), graph, { start: 'images' })(last), 'result');
  const file = graph.write({ name: 'images', dims: [1, 2, 2, 2] }, { name: 'result', dims }, {});
  const session = await InferenceSession.create(file);
  const { result } = await session.run({ images: new Tensor('float32', image, [1, 2, 2, 2]) });
  await session.release();
  return Array.from((result as Tensor).data as Float32Array, (value) => Math.round(value * 1000) / 1000);
}

const IMAGE = [1, 2, 3, 4, 10, 20, 30, 40];

test('a convolution mixes channels, a depthwise one each for itself, with what is added and cut', async () => {
  writeModel(
    [
      { name: 'mixed', op: 'Conv2D', input: ['start', 'kernel'], attr: SAME },
      { name: 'raised', op: 'BiasAdd', input: ['mixed', 'bias'] },
      { name: 'cut', op: 'Relu6', input: ['raised'] },
      { name: 'each', op: 'DepthwiseConv2dNative', input: ['start', 'own'], attr: SAME },
      { name: 'scaled', op: 'Mul', input: ['each', 'factors'] },
      { name: 'both', op: 'AddN', input: ['scaled', 'start'] },
    ],
    {
      // [height, width, inputs, outputs]
      kernel: { shape: [1, 1, 2, 1], values: [2, -0.1] },
      bias: { shape: [1], values: [1] },
      own: { shape: [1, 2, 2, 1], values: [1, 0, 0, 1] },
      factors: { shape: [2], values: [10, 0.5] },
    },
  );
  expect(await run('raised', IMAGE, [1, 1, 2, 2])).toEqual([2, 3, 4, 5]);
  expect(
    await run(
      'cut',
      IMAGE.map((value) => value * 2),
      [1, 1, 2, 2],
    ),
  ).toEqual([3, 5, 6, 6]);
  // The first channel as it is, of the second its right neighbour; beyond the edge there is nothing.
  expect(await run('each', IMAGE, [1, 2, 2, 2])).toEqual([1, 2, 3, 4, 20, 0, 40, 0]);
  expect(await run('both', IMAGE, [1, 2, 2, 2])).toEqual([11, 22, 33, 44, 20, 20, 50, 40]);
});

test('a normalisation is folded into a factor and a sum for each channel', async () => {
  const of = (...values: number[]) => ({ shape: [2], values });
  writeModel(
    [{ name: 'normal', op: 'FusedBatchNorm', input: ['start', 'gamma', 'beta', 'mean', 'variance'] }],
    { gamma: of(2, 3), beta: of(1, 0), mean: of(1, 10), variance: of(0.999, 3.999) },
  );
  expect(await run('normal', IMAGE, [1, 2, 2, 2])).toEqual([1, 3, 5, 7, 0, 15, 30, 45]);
});

test('a layer of another kind is refused by name', async () => {
  writeModel([{ name: 'odd', op: 'Softplus', input: ['start'] }], {});
  await expect(run('odd', IMAGE, [1, 2, 2, 2])).rejects.toThrow(UnknownLayerError);
});
