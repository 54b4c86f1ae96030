import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { describeModel } from '../../../../core/adapters/onnx/describe-model.ts';
import { loadModel } from '../../../../core/adapters/onnx/load-model.ts';
import { createImageDecoder } from '../../../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import { ResultDocument } from '../../../../core/contracts/result-document.ts';
import { inferImage } from '../../../../core/domain/analysis/infer-image.ts';

/** Made by `test/fixtures/vision/make_models.py`, which says what each model sees. */
const bytesOf = (name: string) =>
  readFileSync(new URL(`../../../fixtures/vision/models/${name}.onnx`, import.meta.url));

async function loadTiny(name: string) {
  const bytes = bytesOf(name);
  const manifest = await describeModel(bytes, { id: name, version: '1' });
  return loadModel({ bytes }, manifest, { threads: 1 });
}

const image = await sharp({ create: { width: 128, height: 128, channels: 3, background: '#456' } })
  .jpeg()
  .toBuffer();

async function analyze(name: string, options: Partial<AnalysisOptions> = {}) {
  const model = await loadTiny(name);
  try {
    return await inferImage(
      { bytes: image, image: { id: 'tiny', sha256: '0' }, options: AnalysisOptions.parse(options) },
      { decodeImage: createImageDecoder(), encodeLabelMap, model },
    );
  } finally {
    await model.release();
  }
}

const FAMILIES = { yolov5: 'yolov5', yolov8: 'yolov8', end2end: 'yolo-end2end' };

describe.each(Object.entries(FAMILIES))('a %s model', (name, family) => {
  test('that detects gives the plate once and the coin', async () => {
    const document = await analyze(`${name}-detect`);
    expect(ResultDocument.parse(document)).toEqual(document);
    expect(document.image).toMatchObject({ width: 128, height: 128 });
    expect(document.detections).toMatchObject([
      { class: 'plate', classId: 0, mask: null, polygons: [], area: { pixels: 48 * 48, cm2: null } },
      { class: 'coin', classId: 1, mask: null, polygons: [], area: { pixels: 32 * 32, cm2: null } },
    ]);
    expect(document.detections.map(({ confidence }) => confidence)).toEqual([
      expect.closeTo(0.9, 5),
      expect.closeTo(0.7, 5),
    ]);
    expect(document.detections.map(({ box }) => box)).toEqual([
      { x1: 16, y1: 16, x2: 64, y2: 64 },
      { x1: 80, y1: 64, x2: 112, y2: 96 },
    ]);
  });

  test('that segments gives their masks too: the coin is set on its right half', async () => {
    const document = await analyze(`${name}-segment`);
    expect(document.detections.map(({ area }) => area.pixels)).toEqual([48 * 48, 16 * 32]);
    expect(document.detections[1]?.polygons).toEqual([
      [
        [96, 96],
        [96, 64],
        [112, 64],
        [112, 96],
      ],
    ]);
    expect(document.detections[1]?.mask?.size).toEqual([128, 128]);
    expect(document.summary.map((row) => [row.class, row.count, row.pixels])).toEqual([
      ['plate', 1, 48 * 48],
      ['coin', 1, 16 * 32],
    ]);
  });

  test('is recognised by its outputs, and its manifest made from the file', async () => {
    const manifest = await describeModel(bytesOf(`${name}-segment`), { id: 'tiny', version: '1' });
    expect(manifest).toMatchObject({
      family,
      task: 'segment',
      classes: ['plate', 'coin'],
      inputSize: { width: 64, height: 64 },
      licence: 'Apache-2.0',
    });
    expect((await describeModel(bytesOf(`${name}-detect`), { id: 'tiny', version: '1' })).task).toBe(
      'detect',
    );
  });
});

test('a model with dynamic axes runs at the size its metadata names', async () => {
  const document = await analyze('yolov8-dynamic');
  expect(document.detections.map(({ area }) => area.pixels)).toEqual([48 * 48, 16 * 32]);
});

test('a YOLOv5 model of one class is not taken for an end-to-end one, though its rows end in 6', async () => {
  const model = await loadTiny('yolov5-one-class');
  expect(model.layout.family).toBe('yolov5');
  expect((await analyze('yolov5-one-class')).detections).toHaveLength(1);
});

describe('the scale by an object of known size does not depend on what is reported', () => {
  const sized = (name: string, cm: number) => ({
    scale: { reference: { class: name, size: { widthCm: cm, heightCm: cm } } },
  });
  const right: [number, number][] = [
    [40, 0],
    [128, 0],
    [128, 128],
    [40, 128],
  ];

  test('a region cuts through it', async () => {
    const { scale, detections } = await analyze('yolov8-segment', {
      ...sized('plate', 24),
      regions: [right],
    });
    expect(scale).toMatchObject({ pixelsPerCm: 2, source: 'reference', detection: 0 });
    expect(detections.map(({ area }) => [area.pixels, area.cm2])).toEqual([
      [24 * 48, 24 * 12],
      [16 * 32, 8 * 16],
    ]);
  });

  test.each<[string, Partial<AnalysisOptions>]>([
    ['its class is not asked for', { ...sized('plate', 24), classes: ['coin'] }],
    [
      'it lies outside of all regions',
      { ...sized('plate', 24), regions: [right.map(([x, y]) => [x + 40, y])] },
    ],
  ])('%s', async (_, options) => {
    const { scale, detections } = await analyze('yolov8-segment', options);
    expect(scale).toEqual({ pixelsPerCm: 2, uncertainty: expect.any(Number), source: 'reference' });
    expect(detections.map((found) => [found.class, found.area.cm2])).toEqual([['coin', 8 * 16]]);
  });

  test('surer objects are all that may be reported', async () => {
    const { scale, detections } = await analyze('yolov8-detect', { ...sized('coin', 16), maxDetections: 1 });
    expect(scale).toEqual({ pixelsPerCm: 2, uncertainty: expect.any(Number), source: 'reference' });
    expect(detections.map((found) => [found.class, found.area.cm2])).toEqual([['plate', 24 * 24]]);
  });
});

describe('a model that can not be run is refused', () => {
  test('with the shapes seen and known where its outputs fit no family', async () => {
    const error = await describeModel(bytesOf('classifier'), { id: 'c', version: '1' }).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: 'unknown_model_layout' });
    expect(error.message).toContain('[1, 2]');
    expect(error.message).toContain('YOLOv5');
  });

  test('where the bytes are no ONNX model at all', async () => {
    const text = new TextEncoder().encode('this is not a model');
    await expect(describeModel(text, { id: 'x', version: '1' })).rejects.toMatchObject({
      code: 'no_onnx_model',
    });
    await expect(
      loadModel({ bytes: text }, (await loadTiny('yolov8-detect')).manifest, { threads: 1 }),
    ).rejects.toMatchObject({ code: 'unusable_model' });
  });
});

describe('options of one job', () => {
  test('confidence', async () => {
    expect((await analyze('yolov8-segment', { confidence: 0.75 })).detections).toHaveLength(1);
  });

  test('IoU: the second plate overlaps the first by 23/25', async () => {
    expect((await analyze('yolov8-segment', { iou: 0.95 })).detections).toHaveLength(3);
  });

  test('most detections', async () => {
    expect((await analyze('yolov8-segment', { maxDetections: 1 })).detections).toHaveLength(1);
    expect((await analyze('end2end-segment', { maxDetections: 1 })).detections).toHaveLength(1);
  });

  test('classes', async () => {
    const { detections } = await analyze('yolov8-segment', { classes: ['coin'] });
    expect(detections.map((detection) => detection.class)).toEqual(['coin']);
    await expect(analyze('yolov8-segment', { classes: ['spoon'] })).rejects.toMatchObject({
      code: 'unknown_class',
      message: expect.stringContaining('plate, coin'),
    });
  });

  test('mask format', async () => {
    const [rle, polygon, png, none] = await Promise.all(
      (['rle', 'polygon', 'png', 'none'] as const).map((mask) => analyze('yolov8-segment', { mask })),
    );
    expect(rle?.detections[0]).toMatchObject({ mask: { size: [128, 128] }, polygons: [expect.anything()] });
    expect(polygon?.detections[0]).toMatchObject({ mask: null, polygons: [expect.anything()] });
    for (const document of [png, none]) {
      expect(document?.detections[0]).toMatchObject({ mask: null, polygons: [], area: { pixels: 48 * 48 } });
    }
    expect(none?.labelMap).toBeUndefined();
    const map = sharp(Buffer.from(png?.labelMap ?? '', 'base64'));
    expect(await map.metadata()).toMatchObject({ format: 'png', width: 128, height: 128, channels: 1 });
    const data = await map.toColourspace('b-w').raw().toBuffer();
    expect(data[20 * 128 + 20]).toBe(1);
    expect(data[70 * 128 + 100]).toBe(2);
    expect(data[0]).toBe(0);
  });

  test('regions', async () => {
    const corner: [number, number][] = [
      [0, 0],
      [40, 0],
      [40, 128],
      [0, 128],
    ];
    const { detections } = await analyze('yolov8-segment', { regions: [corner] });
    expect(detections.map(({ area }) => area.pixels)).toEqual([24 * 48]);
  });

  test('a given scale', async () => {
    const { detections, scale, summary } = await analyze('yolov8-segment', {
      scale: { pixelsPerCm: 4, uncertainty: 0.05 },
    });
    expect(scale).toEqual({ pixelsPerCm: 4, uncertainty: 0.05, source: 'given' });
    expect(detections[0]?.area).toMatchObject({ cm2: 144, cm2Uncertainty: expect.closeTo(14.4) });
    expect(summary.map(({ cm2 }) => cm2)).toEqual([144, 32]);
  });

  test('a scale by a reference object: a card of 12 x 12 cm is 48 px wide', async () => {
    const reference = { class: 'plate', size: { widthCm: 12, heightCm: 12 } };
    const { detections, scale } = await analyze('yolov8-segment', { scale: { reference } });
    expect(scale).toMatchObject({ pixelsPerCm: 4, source: 'reference', detection: 0 });
    expect(scale?.uncertainty).toBeGreaterThan(0);
    expect(detections[1]?.area.cm2).toBeCloseTo(32);
  });

  test.each<[string, unknown]>([
    ['many pixels a cm', { pixelsPerCm: 1e15, uncertainty: 1 }],
    ['few pixels a cm', { pixelsPerCm: 1e-15, uncertainty: 1 }],
    ['a large plate', { reference: { class: 'plate', size: { diameterCm: 1e15 } } }],
    ['a small plate', { reference: { class: 'plate', size: { diameterCm: 1e-15 } } }],
    ['a thread', { reference: { class: 'plate', size: { widthCm: 1e-15, heightCm: 1e15 } } }],
  ])('a scale at the end of what is taken gives numbers: %s', async (_, scale) => {
    const document = await analyze('yolov8-segment', { scale } as Partial<AnalysisOptions>);
    expect(ResultDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
  });

  // Their results could not be read.
  test.each<[string, unknown]>([
    ['pixelsPerCm', { pixelsPerCm: 1e16 }],
    ['pixelsPerCm', { pixelsPerCm: 1e-16 }],
    ['reference.size.diameterCm', { reference: { class: 'plate', size: { diameterCm: 1e200 } } }],
    ['reference.size.heightCm', { reference: { class: 'plate', size: { widthCm: 1, heightCm: 1e-200 } } }],
  ])('a scale whose squares are no numbers any more is refused, by its %s', (path, scale) => {
    const { error } = AnalysisOptions.safeParse({ scale });
    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([`scale.${path}`]);
  });

  test('a reference object of a class that the model does not know is refused, with those it knows', async () => {
    const reference = { class: 'spoon', size: { diameterCm: 2 } };
    await expect(analyze('yolov8-segment', { scale: { reference } })).rejects.toMatchObject({
      code: 'unknown_class',
      message: expect.stringContaining('plate, coin'),
    });
  });

  test('a reference object that is not in the image leaves areas without cm²', async () => {
    const reference = { class: 'coin', size: { diameterCm: 2 } };
    const { detections, scale } = await analyze('yolov8-segment', { scale: { reference }, confidence: 0.8 });
    expect(scale).toBeNull();
    expect(detections[0]?.area).toEqual({ pixels: 48 * 48, share: (48 * 48) / (128 * 128), cm2: null });
  });
});

test('tiles look at each part by itself', async () => {
  // 4 tiles of 64 px, each answering with the same plate and coin, and the whole image's two.
  const { detections } = await analyze('yolov8-detect', { tiles: { size: 64, overlap: 0 } });
  const plates = detections.filter((detection) => detection.class === 'plate');
  expect(plates.map(({ box }) => box)).toContainEqual({ x1: 72, y1: 72, x2: 96, y2: 96 });
  expect(plates).toHaveLength(5);
});
