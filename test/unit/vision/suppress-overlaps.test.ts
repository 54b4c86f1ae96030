import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candidates } from '../../../core/vision/candidates.ts';
import { boxOverlap } from '../../../core/vision/geometry.ts';
import { suppressOverlaps } from '../../../core/vision/suppress-overlaps.ts';

type Row = readonly [x1: number, y1: number, x2: number, y2: number, score: number, classId: number];

const candidatesOf = (rows: readonly Row[]): Candidates => ({
  count: rows.length,
  boxes: Float32Array.from(rows.flatMap((row) => row.slice(0, 4))),
  scores: Float32Array.from(rows, (row) => row[4]),
  classIds: Int32Array.from(rows, (row) => row[5]),
  predictions: Int32Array.from(rows.keys()),
});

const options = { iou: 0.5, maxDetections: 300, classAgnostic: false };

describe('suppression of overlapping boxes', () => {
  const rows: Row[] = [
    [0, 0, 4, 4, 0.6, 0],
    [0, 0, 4, 5, 0.9, 0], // overlaps the first by 16/20
    [0, 0, 4, 4, 0.8, 1], // the same place, another class
    [8, 8, 12, 12, 0.7, 0],
  ];

  test('keeps the strongest of each class, most confident first', () => {
    expect(suppressOverlaps(candidatesOf(rows), options)).toEqual([1, 2, 3]);
  });

  test('compares all classes where told to', () => {
    expect(suppressOverlaps(candidatesOf(rows), { ...options, classAgnostic: true })).toEqual([1, 3]);
  });

  test('keeps boxes that overlap by exactly the threshold', () => {
    expect(suppressOverlaps(candidatesOf(rows), { ...options, iou: 0.8 })).toEqual([1, 2, 3, 0]);
  });

  test('stops at the number asked for', () => {
    expect(suppressOverlaps(candidatesOf(rows), { ...options, maxDetections: 1 })).toEqual([1]);
  });
});

const anyRow: fc.Arbitrary<Row> = fc
  .tuple(
    fc.nat(20),
    fc.nat(20),
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 20 }),
    fc.nat(100),
    fc.nat(2),
  )
  .map(([x, y, width, height, score, classId]) => [x, y, x + width, y + height, score / 100, classId]);

test('suppressing what was kept changes nothing, and no two of a class overlap by more than allowed', () => {
  fc.assert(
    fc.property(
      fc.array(anyRow, { maxLength: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rows, iou) => {
        const kept = suppressOverlaps(candidatesOf(rows), { ...options, iou }).map(
          (index) => rows[index] as Row,
        );
        const again = suppressOverlaps(candidatesOf(kept), { ...options, iou });
        expect(again).toEqual(kept.map((_, index) => index));
        for (const [index, a] of kept.entries()) {
          for (const b of kept.slice(index + 1))
            if (a[5] === b[5]) expect(overlap(a, b)).toBeLessThanOrEqual(iou);
        }
      },
    ),
  );
});

const overlap = (a: Row, b: Row) =>
  boxOverlap({ x1: a[0], y1: a[1], x2: a[2], y2: a[3] }, { x1: b[0], y1: b[1], x2: b[2], y2: b[3] });
