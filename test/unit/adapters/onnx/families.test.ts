import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { describeModel, type ModelName } from '../../../../core/adapters/onnx/describe-model.ts';
import { loadModel } from '../../../../core/adapters/onnx/load-model.ts';
import { createImageDecoder } from '../../../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import { inferImage } from '../../../../core/domain/analysis/infer-image.ts';
import { decodeRle } from '../../../../core/vision/coco-rle.ts';
import { countPixels, countShared } from '../../../../core/vision/run-mask.ts';

/** Random numbers as models say them, and what each family's own tools make of them (`make_families.py`). */
const fixture = (name: string) =>
  readFileSync(new URL(`../../../fixtures/families/${name}`, import.meta.url));

interface Found {
  readonly classId: number;
  readonly score: number;
  readonly box: readonly number[];
  /** Of the mask, as runs of its columns. */
  readonly runs?: readonly number[];
}

const { width, height, found, input } = JSON.parse(fixture('families.json').toString()) as {
  width: number;
  height: number;
  found: Record<string, Found[]>;
  input: { image: number[]; width: number; height: number; side: number; tensors: Record<string, number[]> };
};

const image = await sharp({ create: { width, height, channels: 3, background: '#456' } })
  .png()
  .toBuffer();
const decodeImage = createImageDecoder();

const describeFamily = (name: string, more: Partial<ModelName> = {}) =>
  describeModel(fixture(`models/${name}.onnx`), { id: 'family', version: '1', ...more });

async function analyze(name: string) {
  const manifest = await describeFamily(name);
  const model = await loadModel({ bytes: fixture(`models/${name}.onnx`) }, manifest, { threads: 1 });
  const request = { image: { id: 'x', sha256: '0' }, options: AnalysisOptions.parse({}) };
  const { detections } = await inferImage(
    { bytes: image, ...request },
    { decodeImage, encodeLabelMap, model },
  );
  await model.release();
  return detections;
}

describe('what is found is what the family’s own tools find, in', () => {
  test.each([
    ['rfdetr', 'detr', 'rfdetr'],
    ['rfdetr-seg', 'detr', 'rfdetr-seg'],
    ['rfdetr-seg-probabilities', 'detr', 'rfdetr-seg'],
    ['dfine', 'detr', 'dfine'],
    ['dfine-finished', 'nms', 'dfine'],
    ['yolox', 'yolox', 'yolox'],
  ])('%s', async (name, family, reference) => {
    expect((await describeFamily(name)).family).toBe(family);
    const wanted = found[reference] ?? [];
    expect(wanted.length).toBeGreaterThan(5);
    const detections = await analyze(name);
    expect(detections.map(({ classId }) => classId)).toEqual(wanted.map(({ classId }) => classId));
    for (const [index, { score, box, runs }] of wanted.entries()) {
      const detection = detections[index];
      expect(detection?.confidence).toBeCloseTo(score, 5);
      for (const [side, value] of Object.values(detection?.box ?? {}).entries()) {
        expect(value).toBeCloseTo(box[side] ?? Number.NaN, 3);
      }
      if (runs === undefined) continue;
      const theirs = { width, height, runs: Int32Array.from(runs) };
      const ours = decodeRle(detection?.mask ?? { size: [height, width], counts: '' });
      const shared = countShared(ours, theirs);
      const union = countPixels(ours) + countPixels(theirs) - shared;
      expect(shared / union).toBeGreaterThan(name === 'rfdetr-seg' ? 0.9995 : 0.95);
    }
  });
});

test('YOLOX decoded in the graph is told from YOLOX that is not, by its values', async () => {
  const manifest = await describeFamily('yolox-decoded');
  expect(manifest.family).toBe('yolov6');
  expect(manifest.preprocessing).toBeUndefined();
});

test('masks are told to be logits or probabilities by their range', async () => {
  expect((await describeFamily('rfdetr-seg')).outputs).toEqual({ masks: 'logits' });
  expect((await describeFamily('rfdetr-seg-probabilities')).outputs).toEqual({ masks: 'probabilities' });
});

test('the 91 classes of official RF-DETR weights have their names of COCO', async () => {
  const { classes } = await describeFamily('rfdetr-coco');
  expect(classes).toHaveLength(91);
  expect([classes[1], classes[12], classes[90]]).toEqual(['person', 'class 12', 'toothbrush']);
});

test('an RF-DETR is known by its 91 classes where transformers exported it and named its outputs as D-FINE’s', async () => {
  const { preprocessing, classes } = await describeFamily('rfdetr-transformers');
  expect(preprocessing).toEqual((await describeFamily('rfdetr-coco')).preprocessing);
  expect(preprocessing?.mean).toEqual([0.485, 0.456, 0.406]);
  expect(classes[1]).toBe('person');
  expect((await describeFamily('dfine')).preprocessing).toEqual({ fit: 'stretch' });
});

describe('an image comes to a model as the family’s own tools bring it, of', () => {
  test.each(['rfdetr', 'dfine', 'yolox'])('%s', async (name) => {
    const { preprocessing } = await describeFamily(name);
    const raw = { width: input.width, height: input.height, channels: 3 } as const;
    const bytes = await sharp(Uint8Array.from(input.image), { raw }).png().toBuffer();
    const inputSize = { width: input.side, height: input.side };
    const { views } = await decodeImage(bytes, { inputSize, preprocessing });
    const tensor = new Float32Array(3 * input.side * input.side);
    (await views[0]?.load())?.(tensor);
    // Weights in fixed point are within one part of 255 of those of torch, and of OpenCV 5.
    const { divisor = 255, std = [1] } = preprocessing ?? {};
    const step = 1 / divisor / Math.min(...std);
    const wanted = input.tensors[name] ?? [];
    expect(
      Math.max(...wanted.map((value, index) => Math.abs(value - (tensor[index] ?? 0)))),
    ).toBeLessThanOrEqual(1.01 * step);
  });
});
