import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawOverlay } from '../../../../core/adapters/sharp/draw-overlay.ts';
import { encodeLabelMap } from '../../../../core/adapters/sharp/encode-label-map.ts';
import { outlineText } from '../../../../core/adapters/sharp/write-label.ts';
import { AppliedOptions, PRODUCT_DEFAULTS } from '../../../../core/contracts/analysis-options.ts';
import type { ResultDocument } from '../../../../core/contracts/result-document.ts';
import { encodeRle } from '../../../../core/vision/coco-rle.ts';
import { fromBitmap } from '../../../../core/vision/run-mask.ts';

const size = { width: 400, height: 300 };
const white = sharp({ create: { ...size, channels: 3, background: '#fff' } });

/** One detection with a mask on the left half of its box. */
function documentOf(withPolygons: boolean): ResultDocument {
  const bits = Uint8Array.from({ length: size.width * size.height }, (_, at) => {
    const [x, y] = [at % size.width, Math.floor(at / size.width)];
    return x >= 100 && x < 200 && y >= 100 && y < 250 ? 1 : 0;
  });
  const polygons: [number, number][][] = withPolygons
    ? [
        [
          [100, 250],
          [100, 100],
          [200, 100],
          [200, 250],
        ],
      ]
    : [];
  return {
    image: { id: 'x', sha256: 'x', ...size },
    model: { id: 'm', version: '1', sha256: 'x' },
    options: AppliedOptions.parse(PRODUCT_DEFAULTS),
    detections: [
      {
        class: 'crème brûlée',
        classId: 0,
        confidence: 0.9,
        box: { x1: 100, y1: 100, x2: 300, y2: 250 },
        mask: encodeRle(fromBitmap(bits, size)),
        polygons,
        area: { pixels: 15_000, share: 0.125, cm2: 12 },
      },
    ],
    summary: [],
    timing: { decodeMs: 0, inferMs: 0, postMs: 0 },
  };
}

test.each([true, false])('draws mask, box and label over the image (polygons given: %s)', async (given) => {
  const drawn = await drawOverlay(await white.jpeg().toBuffer(), documentOf(given));
  const { data, info } = await sharp(drawn).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject(size);
  const at = (x: number, y: number) => [
    ...data.subarray((y * size.width + x) * 3, (y * size.width + x) * 3 + 3),
  ];
  expect(at(250, 180)).toEqual([255, 255, 255]); // inside the box, outside the mask
  expect(at(20, 20)).toEqual([255, 255, 255]);
  const mask = at(150, 180);
  expect(mask[0]).toBeGreaterThan((mask[2] as number) + 30); // the class's orange, see-through
  expect(at(300, 200)[2]).toBeLessThan(200); // the box's edge
  const label = Array.from({ length: 60 }, (_, x) => at(103 + x, 94)[1] as number);
  expect(Math.min(...label)).toBeLessThan(60); // type
  expect(Math.max(...label)).toBeGreaterThan(140); // plate
});

test('type is drawn from outlines of its own, unknown characters as a question mark', () => {
  expect(outlineText('iii', 10).width).toBeLessThan(outlineText('mmm', 10).width);
  expect(outlineText('é', 10).svg).not.toBe(outlineText('?', 10).svg);
  expect(outlineText('猫', 10).svg).toBe(outlineText('?', 10).svg);
});

test('a label map keeps 16 bits a pixel', async () => {
  const labels = Uint16Array.of(0, 255, 256, 300);
  const png = await encodeLabelMap({ width: 4, height: 1, labels });
  expect(await sharp(png).metadata()).toMatchObject({ channels: 1, depth: 'ushort' });
  const read = await sharp(png).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
  expect([...new Uint16Array(read.buffer, read.byteOffset, 4)]).toEqual([...labels]);
});
