import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { describeModel, type ModelName } from '../../../../core/adapters/onnx/describe-model.ts';
import { loadModel } from '../../../../core/adapters/onnx/load-model.ts';
import { UnusableModelError } from '../../../../core/adapters/onnx/unusable-model.ts';
import { createImageDecoder } from '../../../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import { ResultDocument } from '../../../../core/contracts/result-document.ts';
import { inferImage } from '../../../../core/domain/analysis/infer-image.ts';

/** Made by `test/fixtures/inputs/make_inputs.py`, which says what each model sees. */
const bytesOf = (name: string) =>
  readFileSync(new URL(`../../../fixtures/inputs/models/${name}.onnx`, import.meta.url));

const image = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#456' } })
  .png()
  .toBuffer();

const describeBrought = (name: string, more: Partial<ModelName> = {}) =>
  describeModel(bytesOf(name), { id: 'brought', version: '1', ...more });

async function analyze(name: string, more: Partial<ModelName> = {}, options: Partial<AnalysisOptions> = {}) {
  const manifest = await describeBrought(name, more);
  const model = await loadModel({ bytes: bytesOf(name) }, manifest, { threads: 1 });
  try {
    const ports = { decodeImage: createImageDecoder(), encodeLabelMap, model };
    const request = { image: { id: 'x', sha256: '0' }, options: AnalysisOptions.parse(options) };
    return ResultDocument.parse(await inferImage({ bytes: image, ...request }, ports));
  } finally {
    await model.release();
  }
}

const DOG = { class: 'dog', box: { x1: 16, y1: 24, x2: 48, y2: 56 } };

describe('the dog is found by', () => {
  test.each([
    ...['p2', 'p6', 'v3-tiny', 'end2end-two-classes', 'rtdetr', 'rtdetr-old'],
    ...['half', 'nan-box', 'class-below-0', 'names-json'],
  ])('%s', async (name) => {
    const { detections } = await analyze(name);
    expect(detections).toMatchObject([{ ...DOG, confidence: expect.closeTo(0.9, 2) }]);
  });

  test('a model whose scores go beyond 1, which are cut', async () => {
    expect((await analyze('score-above-1')).detections).toMatchObject([{ ...DOG, confidence: 1 }]);
  });

  test('a model that also finds a cat without a single pixel, which is none', async () => {
    expect((await analyze('empty-mask')).detections).toMatchObject([{ ...DOG, area: { pixels: 32 * 32 } }]);
  });

  test('a model without names, under its number', async () => {
    expect((await describeBrought('names-none')).classes).toEqual(['class 0', 'class 1']);
    expect((await analyze('names-none')).detections).toMatchObject([{ ...DOG, class: 'class 1' }]);
  });

  test('a model of two classes of one name, when that name is asked for', async () => {
    expect((await analyze('names-twice', {}, { classes: ['dog'] })).detections).toMatchObject([DOG]);
  });

  test('a transposed or undecided model only where somebody says what it is', async () => {
    await expect(describeBrought('transposed')).rejects.toThrow('--family');
    await expect(describeBrought('rtdetr-unsaid')).rejects.toThrow('--family');
    const known = { family: 'rtdetr-end2end' } as const;
    expect((await analyze('rtdetr-unsaid', known)).detections).toMatchObject([DOG]);
    const manifest = await describeBrought('rtdetr-old', { family: 'yolo-end2end' });
    expect(manifest.family).toBe('yolo-end2end');
  });
});

describe('is refused in words', () => {
  test.each([
    ['rtdetr-unsaid', 'RT-DETR'],
    ['transposed', 'transposed'],
    ['obb', 'rotated boxes (obb)'],
    ['pose-unsaid', 'poses'],
    ['end2end-without-names', 'manifest'],
    ['batch-4', 'batch of 4 images at a time'],
    ['channels-1', '1 channel (gray)'],
    ['channels-4', '4 channels'],
    ['channels-10', '10 channels'],
    ['channels-last', 'channels last'],
    ['bytes', 'uint8'],
    ['external/external', 'files of their own (model.onnx.data'],
    ['names-4585', '4585 classes'],
  ])('%s: %s', async (name, words) => {
    const refusal = await describeBrought(name).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UnusableModelError);
    expect(refusal).toMatchObject({ message: expect.stringContaining(words) });
  });

  test('a model that computes no numbers, rather than nothing being found', async () => {
    await expect(analyze('all-nan')).rejects.toMatchObject({ code: 'model_output_no_numbers' });
  });

  test('a manifest that names another size or family than the file has', async () => {
    const manifest = await describeBrought('p2');
    const load = (changes: object) =>
      loadModel({ bytes: bytesOf('p2') }, { ...manifest, ...changes }, { threads: 1 });
    await expect(load({ inputSize: { width: 96, height: 96 } })).rejects.toMatchObject({
      code: 'manifest_mismatch',
    });
    await expect(load({ family: 'yolov5' })).rejects.toMatchObject({ code: 'manifest_mismatch' });
  });
});
