import { describe, expect, test } from 'vitest';
import { convexHull } from '../../../core/vision/convex-hull.ts';
import { measureScale } from '../../../core/vision/measure-scale.ts';
import { fromBitmap } from '../../../core/vision/run-mask.ts';

type Point = readonly [number, number];

/** A detection whose mask holds the pixels that `isInside` says. */
function detectionOf(width: number, height: number, isInside: (x: number, y: number) => boolean) {
  const bits = Array.from({ length: width * height }, (_, at) =>
    Number(isInside((at % width) + 0.5, Math.floor(at / width) + 0.5)),
  );
  const box = { x1: 0, y1: 0, x2: width, y2: height };
  return { classId: 0, confidence: 1, box, mask: fromBitmap(bits, { width, height }) };
}

const disc = detectionOf(200, 200, (x, y) => Math.hypot(x - 100, y - 100) < 90);

describe('the scale by an object of known size', () => {
  test('of a round plate: 180 px across 27 cm', () => {
    const scale = measureScale(disc, { diameterCm: 27 });
    expect(scale?.pixelsPerCm).toBeCloseTo(180 / 27, 1);
    expect(scale?.uncertainty).toBeLessThan(0.02);
  });

  test('of a plate whose middle is hidden by food, just the same', () => {
    const ring = detectionOf(200, 200, (x, y) => {
      const radius = Math.hypot(x - 100, y - 100);
      return radius < 90 && radius > 60;
    });
    expect(measureScale(ring, { diameterCm: 27 })?.pixelsPerCm).toBeCloseTo(180 / 27, 1);
  });

  test('of a card that lies askew', () => {
    const angle = 0.5;
    const card = detectionOf(200, 200, (x, y) => {
      const u = (x - 100) * Math.cos(angle) + (y - 100) * Math.sin(angle);
      const v = (y - 100) * Math.cos(angle) - (x - 100) * Math.sin(angle);
      return Math.abs(u) < 85.6 / 2 && Math.abs(v) < 53.98 / 2;
    });
    const scale = measureScale(card, { widthCm: 8.56, heightCm: 5.398 });
    expect(scale?.pixelsPerCm).toBeCloseTo(10, 0);
    expect(scale?.uncertainty).toBeLessThan(0.05);
  });

  test('is stated as less sure of a tilted plate', () => {
    const tilted = detectionOf(200, 200, (x, y) => Math.hypot(x - 100, (y - 100) * 2) < 90);
    expect(measureScale(tilted, { diameterCm: 27 })?.uncertainty).toBeGreaterThan(0.3);
  });

  test('goes by the box where there is no mask', () => {
    const box = { x1: 10, y1: 10, x2: 110, y2: 110 };
    const scale = measureScale({ classId: 0, confidence: 1, box }, { diameterCm: 10 });
    expect(scale?.pixelsPerCm).toBeCloseTo(10, 1);
  });

  test('is unknown for an object without area', () => {
    const box = { x1: 10, y1: 10, x2: 10, y2: 10 };
    expect(measureScale({ classId: 0, confidence: 1, box }, { diameterCm: 10 })).toBeUndefined();
  });
});

test('the convex hull leaves out what lies inside and along its edges', () => {
  const points: Point[] = [
    [0, 0],
    [2, 0],
    [4, 0],
    [4, 4],
    [0, 4],
    [1, 2],
    [3, 3],
  ];
  expect(convexHull(points).toSorted((a, b) => a[0] - b[0] || a[1] - b[1])).toEqual([
    [0, 0],
    [0, 4],
    [4, 0],
    [4, 4],
  ]);
});
