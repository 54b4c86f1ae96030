import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boundsOf,
  countPixels,
  countShared,
  cropMask,
  eraseAreas,
  fromBitmap,
  intersectMasks,
  moveMask,
  toBitmap,
  uniteMasks,
} from '../../../core/vision/run-mask.ts';
import { maskOf, rowsOf } from './image-of-mask.ts';
import { anyMask, anyPairOfMasks } from './random-masks.ts';

describe('a mask as runs down its columns', () => {
  const mask = maskOf(
    '..#.', //
    '.##.',
    '.##.',
    '....',
  );

  test('counts down the columns, left to right', () => {
    expect([...mask.runs]).toEqual([5, 7, 8, 11]);
  });

  test('joins a run that goes on at the top of the next column', () => {
    const joined = maskOf(
      '..#.', //
      '....',
      '.#..',
      '.#..',
    );
    expect([...joined.runs]).toEqual([6, 9]);
  });

  test('knows its pixels and bounds', () => {
    expect(countPixels(mask)).toBe(5);
    expect(boundsOf(mask)).toEqual({ x1: 1, y1: 0, x2: 3, y2: 3 });
    expect(boundsOf(maskOf('..', '..'))).toBeUndefined();
  });

  test('has the bounds of all its columns where one run spans several', () => {
    expect(boundsOf(maskOf('.#.', '.#.', '#..'))).toEqual({ x1: 0, y1: 0, x2: 2, y2: 3 });
  });

  test('unites and intersects', () => {
    const other = maskOf(
      '###.', //
      '....',
      '..##',
      '...#',
    );
    expect(rowsOf(uniteMasks(mask, other))).toEqual(['###.', '.##.', '.###', '...#']);
    expect(rowsOf(intersectMasks(mask, other))).toEqual(['..#.', '....', '..#.', '....']);
  });

  test('moves into a larger image', () => {
    const moved = moveMask(maskOf('#.', '##'), { x1: 1, y1: 2 }, { width: 4, height: 4 });
    expect(rowsOf(moved)).toEqual(['....', '....', '.#..', '.##.']);
  });
});

test('a bitmap survives the way to runs and back', () => {
  fc.assert(
    fc.property(anyMask, (mask) => {
      expect(fromBitmap(toBitmap(mask), mask).runs).toEqual(mask.runs);
      expect(countPixels(mask)).toBe(toBitmap(mask).filter(Boolean).length);
    }),
  );
});

test('union and intersection are those of the pixels', () => {
  fc.assert(
    fc.property(anyPairOfMasks, ([a, b]) => {
      const [bitsA, bitsB] = [toBitmap(a), toBitmap(b)];
      expect(toBitmap(uniteMasks(a, b))).toEqual(bitsA.map((bit, index) => bit | (bitsB[index] as number)));
      expect(toBitmap(intersectMasks(a, b))).toEqual(
        bitsA.map((bit, index) => bit & (bitsB[index] as number)),
      );
    }),
  );
});

test('an area is cut out and erased pixel by pixel', () => {
  const side = fc.integer({ min: 0, max: 12 });
  fc.assert(
    fc.property(anyMask, fc.record({ x1: side, y1: side, x2: side, y2: side }), (mask, area) => {
      const { x1, y1, x2, y2 } = area;
      const isInside = (x: number, y: number) => x >= x1 && x < x2 && y >= y1 && y < y2;
      const filter = (isKept: (x: number, y: number) => boolean) =>
        toBitmap(mask).map((set, at) => (isKept(at % mask.width, Math.floor(at / mask.width)) ? set : 0));
      expect(toBitmap(cropMask(mask, area))).toEqual(filter(isInside));
      expect(toBitmap(eraseAreas(mask, [area]))).toEqual(filter((x, y) => !isInside(x, y)));
    }),
  );
});

test('shared pixels are those of the intersection', () => {
  fc.assert(
    fc.property(anyPairOfMasks, ([a, b]) => {
      expect(countShared(a, b)).toBe(countPixels(intersectMasks(a, b)));
    }),
  );
});
