import { describe, expect, test } from 'vitest';
import { cutToRegions, fillRegion } from '../../../core/vision/regions.ts';
import { maskOf, rowsOf } from './image-of-mask.ts';

const size = { width: 4, height: 4 };
const leftHalf = [
  [0, 0],
  [2, 0],
  [2, 4],
  [0, 4],
] as const;

describe('regions', () => {
  test('hold the pixels whose centres lie inside', () => {
    expect(rowsOf(fillRegion(leftHalf, size))).toEqual(['##..', '##..', '##..', '##..']);
    const triangle = [
      [0, 0],
      [4, 4],
      [0, 4],
    ] as const;
    // Centres on the slanted edge lie on the line itself; the edge belongs to the side below it.
    expect(rowsOf(fillRegion(triangle, size))).toEqual(['#...', '##..', '###.', '####']);
    expect(
      rowsOf(
        fillRegion(
          [
            [-5, -5],
            [9, -5],
            [9, 1],
            [-5, 1],
          ],
          size,
        ),
      ),
    ).toEqual(['####', '....', '....', '....']);
  });

  test('cut masks and drop what has nothing left', () => {
    const box = { x1: 0, y1: 0, x2: 4, y2: 4 };
    const across = { classId: 0, confidence: 0.9, box, mask: maskOf('....', '.##.', '.##.', '....') };
    const outside = { classId: 0, confidence: 0.8, box, mask: maskOf('...#', '...#', '....', '....') };
    const kept = cutToRegions([across, outside], [leftHalf], size);
    expect(kept).toHaveLength(1);
    expect(rowsOf(kept[0]?.mask as typeof across.mask)).toEqual(['....', '.#..', '.#..', '....']);
  });

  test("go by the box's centre where there is no mask", () => {
    const inside = { classId: 0, confidence: 0.9, box: { x1: 0, y1: 0, x2: 3, y2: 2 } };
    const outside = { classId: 0, confidence: 0.9, box: { x1: 1, y1: 0, x2: 4, y2: 2 } };
    expect(cutToRegions([inside, outside], [leftHalf], size)).toEqual([inside]);
  });
});
