import { existsSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeModel } from '../../core/adapters/onnx/describe-model.ts';
import { type LoadedModel, loadModel } from '../../core/adapters/onnx/load-model.ts';
import { createImageDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { ExecutionProvider } from '../../core/contracts/device.ts';
import { type FillInput, inferImage, type VisionModel } from '../../core/domain/analysis/infer-image.ts';
import type { FloatTensor, ModelOutputs } from '../../core/vision/model-outputs.ts';
import { needs } from '../helpers/needs.ts';
import { sharedFile } from '../helpers/shared-data.ts';
import { compareWithReference, type Reference } from './compare-with-reference.ts';

/**
 * Compares with what ultralytics 8.4.190 found in the same photographs with the same
 * weights (`reference.json`, whose head says how it was made).
 */
const hasSharedData = existsSync(sharedFile('images/reference.json'));

/** Without the data one model stands for all, so that its tests say that they are skipped. */
const reference: Reference = hasSharedData
  ? JSON.parse(readFileSync(sharedFile('images/reference.json'), 'utf8'))
  : { models: { 'every model of the reference': {} } };

needs(hasSharedData, 'the photographs and weights of the shared test data are');

const decodeImage = createImageDecoder();
/** Such as `cuda`, on a machine with a GPU. */
const provider = ExecutionProvider.parse(process.env.EXECUTION_PROVIDER ?? 'cpu');

async function load(name: string): Promise<LoadedModel> {
  const bytes = readFileSync(sharedFile(`models/${name}`));
  const manifest = await describeModel(bytes, { id: 'golden', version: '1' });
  // A second thread spins while it waits: beside other tests it doubles the processor time and saves nothing.
  return loadModel({ bytes }, manifest, { threads: 1, provider });
}

function analyze(bytes: Uint8Array, model: VisionModel, options: Partial<AnalysisOptions> = {}) {
  const image = { id: 'golden', sha256: '0' };
  return inferImage(
    { bytes, image, options: AnalysisOptions.parse(options) },
    { decodeImage, encodeLabelMap, model },
  );
}

const copyTensor = ({ data, dims }: FloatTensor): FloatTensor => ({ data: data.slice(), dims });
const copyOutputs = (outputs: ModelOutputs): ModelOutputs => outputs.map(copyTensor);

/** Keeps what a model says of each image: it says the same whatever overlaps are suppressed later. */
function remember(
  model: LoadedModel,
  file: string,
  outputs: Map<string, Promise<ModelOutputs>>,
): VisionModel {
  const run = (fillInput: FillInput) => {
    const known = outputs.get(file) ?? model.run(fillInput).then(copyOutputs);
    outputs.set(file, known);
    return known;
  };
  return { ...model, run };
}

describe.each(Object.entries(reference.models))('%s', (name, photographs) => {
  const outputs = new Map<string, Promise<ModelOutputs>>();
  let model: LoadedModel;
  beforeAll(async () => {
    if (hasSharedData) model = await load(name);
  });
  afterAll(() => model?.release());

  test.each([0.7, 0.45])('finds what the reference found at IoU %f', async (iou) => {
    const documents = new Map(
      await Promise.all(
        Object.keys(photographs).map(async (file) => {
          const bytes = readFileSync(sharedFile(`images/${file}`));
          const remembered = remember(model, file, outputs);
          return [file, await analyze(bytes, remembered, { iou, polygonTolerance: 0 })] as const;
        }),
      ),
    );
    const comparison = compareWithReference(documents, photographs, `iou${iou}`);
    expect(comparison.missing).toEqual([]);
    expect(comparison.invented).toEqual([]);
    // The smallest of the lists: 30 objects of the YOLOv5 whose masks are random, four of them without a pixel. The reference,
    // decoded by hand, keeps those; ultralytics has dropped them since 8.3.84, as the product does. 26 are left.
    expect(comparison.matched).toBeGreaterThanOrEqual(26);
    expect(comparison.medianBoxErrorPixels).toBeLessThan(0.1);
    expect(comparison.medianScoreError).toBeLessThan(0.001);
    expect(comparison.meanMaskOverlap).toBeGreaterThanOrEqual(0.999);
    expect(comparison.medianAreaError).toBeLessThan(0.001);
  });
});

describe('a photograph of four persons, small, medium and large', () => {
  test.each([
    ['yolov8n_dynamic.onnx', 'detect'],
    ['yolo26n.onnx', 'detect'],
    ['yolov8n-seg.onnx', 'segment'],
    ['yolo11n-seg.onnx', 'segment'],
  ])('%s (%s)', async (name) => {
    const model = await load(name);
    const original = readFileSync(sharedFile('images/bus.jpg'));
    const counts = [];
    for (const width of [320, 810, 2400]) {
      const bytes =
        width === 810 ? original : await sharp(original).resize(width).jpeg({ quality: 95 }).toBuffer();
      const { image, summary } = await analyze(bytes, model);
      expect(image.width).toBe(width);
      counts.push(summary.find((row) => row.class === 'person')?.count);
    }
    await model.release();
    expect(counts).toEqual([4, 4, 4]);
  });
});

describe('other weights of the shared data', () => {
  test.each([
    ['yolov8n-seg_320_dynq.onnx', 320],
    ['yolov8n-seg_int8-qdq.onnx', 640],
  ])('%s run at their own size of %i', async (name, side) => {
    const model = await load(name);
    expect(model.inputSize).toEqual({ width: side, height: side });
    const { detections } = await analyze(readFileSync(sharedFile('images/bus.jpg')), model);
    await model.release();
    expect(detections.map((detection) => detection.class)).toContain('bus');
    expect(detections.filter((detection) => detection.class === 'person').length).toBeGreaterThanOrEqual(3);
  });

  test('tiles find small objects that the whole image at once does not show', async () => {
    // bus.jpg small in the corners of a large gray image.
    const small = await sharp(readFileSync(sharedFile('images/bus.jpg')))
      .resize(240)
      .toBuffer();
    const corners = ['northwest', 'northeast', 'southwest', 'southeast'] as const;
    const large = await sharp({ create: { width: 2560, height: 2560, channels: 3, background: '#727272' } })
      .composite(corners.map((gravity) => ({ input: small, gravity })))
      .jpeg({ quality: 95 })
      .toBuffer();
    const model = await load('yolov8n-seg.onnx');
    const count = async (options: Partial<AnalysisOptions>) =>
      (await analyze(large, model, { confidence: 0.4, ...options })).summary.find(
        (row) => row.class === 'person',
      )?.count ?? 0;
    const [whole, tiled] = [await count({}), await count({ tiles: { overlap: 0.2 } })];
    await model.release();
    expect(tiled).toBeGreaterThanOrEqual(8);
    expect(tiled).toBeGreaterThan(whole);
  });
});
