import { describe, expect, it } from 'vitest';
import { AppliedOptions, PRODUCT_DEFAULTS } from '../../../../core/contracts/analysis-options.ts';
import type { ModelManifest } from '../../../../core/contracts/model-manifest.ts';
import { composeResult } from '../../../../core/domain/analysis/compose-result.ts';
import { encodeRle } from '../../../../core/vision/coco-rle.ts';
import type { Detection } from '../../../../core/vision/detection.ts';
import type { LabelMap } from '../../../../core/vision/label-map.ts';
import { fromBitmap, type RunMask } from '../../../../core/vision/run-mask.ts';

const size = { width: 10, height: 8 };
const manifest: ModelManifest = {
  id: 'food',
  version: '2',
  family: 'yolov8',
  task: 'segment',
  classes: ['plate', 'pea'],
  inputSize: { width: 64, height: 64 },
  licence: 'Apache-2.0',
  sha256: 'a'.repeat(64),
};

/** A detection whose mask fills its box. */
function found(classId: number, [x1, y1, x2, y2]: [number, number, number, number]): Detection {
  const bits = Array.from({ length: size.width * size.height }, (_, at) => {
    const [x, y] = [at % size.width, Math.floor(at / size.width)];
    return Number(x >= x1 && x < x2 && y >= y1 && y < y2);
  });
  return { classId, confidence: 0.9, box: { x1, y1, x2, y2 }, mask: fromBitmap(bits, size) };
}

const plate = found(0, [0, 0, 4, 4]);
const peas = [found(1, [6, 0, 8, 2]), found(1, [6, 4, 8, 5])];

interface Besides {
  readonly reference?: Detection;
  readonly encodeLabelMap?: (map: LabelMap) => Promise<Uint8Array>;
}

function compose(
  options: object,
  detections: readonly Detection[],
  { reference, encodeLabelMap = () => expect.fail('drew a label map') }: Besides = {},
) {
  const image = { id: 'image-1', sha256: 'f00d', ...size };
  const applied = AppliedOptions.parse({ ...PRODUCT_DEFAULTS, ...options });
  return composeResult({ image, manifest, options: applied, detections, reference }, encodeLabelMap);
}

it('names image, model and options, and has no scale where none was asked for', async () => {
  const result = await compose({}, []);
  expect(result).toEqual({
    image: { id: 'image-1', sha256: 'f00d', ...size },
    model: { id: 'food', version: '2', sha256: manifest.sha256 },
    options: AppliedOptions.parse(PRODUCT_DEFAULTS),
    detections: [],
    summary: [],
  });
});

it('tells of each detection its class, mask, outline and area', async () => {
  const { detections } = await compose({}, [plate]);
  expect(detections).toEqual([
    {
      class: 'plate',
      classId: 0,
      confidence: 0.9,
      box: { x1: 0, y1: 0, x2: 4, y2: 4 },
      mask: encodeRle(plate.mask as RunMask),
      polygons: [
        expect.arrayContaining([
          [0, 0],
          [4, 0],
          [4, 4],
          [0, 4],
        ]),
      ],
      area: { pixels: 16, share: 0.2, cm2: null },
    },
  ]);
});

it.each([
  ['polygon', 1],
  ['none', 0],
])('with masks as %s gives %i outlines, no mask, and the area of the mask', async (mask, rings) => {
  const { detections } = await compose({ mask }, [plate]);
  expect(detections[0]).toMatchObject({ mask: null, area: { pixels: 16 } });
  expect(detections[0]?.polygons).toHaveLength(rings);
});

it('takes the box for the area of a detection without a mask, and never more than the image', async () => {
  const { mask: _, ...boxed } = plate;
  const huge = { ...boxed, box: { x1: -5, y1: -5, x2: 15, y2: 15 } };
  const { detections } = await compose({}, [boxed, huge]);
  expect(detections.map(({ area }) => area)).toEqual([
    { pixels: 16, share: 0.2, cm2: null },
    { pixels: 400, share: 1, cm2: null },
  ]);
  expect(detections[0]).toMatchObject({ mask: null, polygons: [] });
});

it('sums up one row a class, that of the most confident detection first', async () => {
  const { summary } = await compose({}, [peas[0] as Detection, plate, peas[1] as Detection]);
  expect(summary).toEqual([
    { class: 'pea', count: 2, pixels: 6, share: 0.05 + 0.025, cm2: null },
    { class: 'plate', count: 1, pixels: 16, share: 0.2, cm2: null },
  ]);
});

it('names a class that the manifest does not know by its number', async () => {
  const { detections } = await compose({}, [{ ...plate, classId: 7 }]);
  expect(detections[0]?.class).toBe('class 7');
});

describe('a scale', () => {
  it('that is given turns pixels into cm², twice as uncertain', async () => {
    const scale = { pixelsPerCm: 2, uncertainty: 0.1 };
    const result = await compose({ scale }, [plate]);
    expect(result.scale).toEqual({ ...scale, source: 'given' });
    expect(result.detections[0]?.area).toMatchObject({ cm2: 4, cm2Uncertainty: expect.closeTo(0.8) });
    expect(result.summary).toMatchObject([{ class: 'plate', cm2: 4 }]);
  });

  const reference = (name: string) => ({
    scale: { reference: { class: name, size: { widthCm: 2, heightCm: 2 } } },
  });

  it('by an object of known size names the detection that it was', async () => {
    const result = await compose(reference('plate'), [peas[0] as Detection, plate], { reference: plate });
    expect(result.scale).toMatchObject({ pixelsPerCm: 2, source: 'reference', detection: 1 });
    expect(result.summary.map(({ cm2 }) => cm2)).toEqual([1, 4]);
  });

  it('by an object that is not in the image is null, and no area is in cm²', async () => {
    const result = await compose(reference('pea'), [plate]);
    expect(result.scale).toBeNull();
    expect(result.detections[0]?.area.cm2).toBeNull();
  });
});

it('paints the label map of all masks, the most confident on top, in base64', async () => {
  const maps: LabelMap[] = [];
  const { labelMap, detections } = await compose({ mask: 'png' }, [plate, found(1, [2, 2, 6, 4])], {
    async encodeLabelMap(map) {
      maps.push(map);
      return Uint8Array.of(1, 2, 3);
    },
  });
  expect(labelMap).toBe(Buffer.of(1, 2, 3).toString('base64'));
  expect(detections.map(({ mask, polygons }) => [mask, polygons])).toEqual([
    [null, []],
    [null, []],
  ]);
  const [{ labels }] = maps as [LabelMap];
  const at = (x: number, y: number) => labels[y * size.width + x];
  expect([at(1, 1), at(3, 3), at(5, 3), at(9, 7)]).toEqual([1, 1, 2, 0]);
});
