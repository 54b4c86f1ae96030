import fc from 'fast-check';
import { expect, test } from 'vitest';
import { covers, decodeRle, toBitmap, toPolygons } from '../../../client/masks.ts';
import { encodeRle } from '../../../core/vision/coco-rle.ts';
import { fromBitmap } from '../../../core/vision/run-mask.ts';

const anyBitmap = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
      .map((bits) => ({ width, height, bits })),
  );

test('bitmaps and hits are those of the mask that the server encoded', () => {
  fc.assert(
    fc.property(anyBitmap, ({ width, height, bits }) => {
      const rle = encodeRle(fromBitmap(bits, { width, height }));
      expect([...toBitmap(rle).data]).toEqual(bits);
      const runs = decodeRle(rle);
      for (const [index, bit] of bits.entries()) {
        expect(covers(runs, index % width, Math.floor(index / width))).toBe(bit === 1);
      }
      expect(covers(runs, -1, 0)).toBe(false);
      expect(covers(runs, width, 0)).toBe(false);
    }),
  );
});

test('polygons enclose exactly the pixels of the mask: holes are taken off, islands are rings of their own', () => {
  fc.assert(
    fc.property(anyBitmap, ({ width, height, bits }) => {
      const rings = toPolygons(encodeRle(fromBitmap(bits, { width, height })));
      const doubled = rings.map((ring) =>
        ring.reduce((sum, [x, y], index) => {
          const [nextX, nextY] = ring[(index + 1) % ring.length] as [number, number];
          return sum + x * nextY - nextX * y;
        }, 0),
      );
      const area = doubled.reduce((sum, each) => sum + each, 0) / 2;
      expect(area).toBe(bits.filter((bit) => bit === 1).length);
      for (const ring of rings) {
        expect(ring.length).toBeGreaterThanOrEqual(4);
        for (const [index, [x, y]] of ring.entries()) {
          const [nextX, nextY] = ring[(index + 1) % ring.length] as [number, number];
          const [afterX] = ring[(index + 2) % ring.length] as [number, number];
          expect((x === nextX) !== (y === nextY)).toBe(true);
          expect((nextX === afterX) !== (x === nextX)).toBe(true);
        }
      }
    }),
  );
});

test('what is no RLE is refused', () => {
  expect(() => decodeRle({ size: [2, 2], counts: '\n' })).toThrow(RangeError);
  expect(() => decodeRle({ size: [2, 2], counts: '9' })).toThrow(RangeError);
});
