import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillRegion } from '../../../core/vision/regions.ts';
import { countPixels, toBitmap } from '../../../core/vision/run-mask.ts';
import { ringArea, simplifyRing, toPoints } from '../../../core/vision/simplify-ring.ts';
import { type Ring, tracePolygons } from '../../../core/vision/trace-polygons.ts';
import { maskOf } from './image-of-mask.ts';
import { anyMask } from './random-masks.ts';

const areaOf = (rings: Ring[]) => rings.reduce((total, ring) => total + ringArea(ring), 0);

describe('outlines along pixel edges', () => {
  test('go clockwise around a rectangle', () => {
    const rings = tracePolygons(maskOf('....', '.##.', '.##.', '....'));
    expect(rings.map(toPoints)).toEqual([
      [
        [1, 3],
        [1, 1],
        [3, 1],
        [3, 3],
      ],
    ]);
  });

  test('go the other way around a hole', () => {
    const rings = tracePolygons(maskOf('####', '#..#', '#..#', '####'));
    expect(rings.map(ringArea)).toEqual([16, -4]);
  });

  test('keep parts that touch at a corner only apart', () => {
    expect(tracePolygons(maskOf('#.', '.#')).map(ringArea)).toEqual([1, 1]);
    expect(tracePolygons(maskOf('.#', '#.')).map(ringArea)).toEqual([1, 1]);
  });

  test('follow a staircase corner by corner', () => {
    expect(tracePolygons(maskOf('#..', '##.', '###'))).toHaveLength(1);
    expect(tracePolygons(maskOf('#..', '##.', '###'))[0]).toHaveLength(2 * 8);
  });

  test('hold exactly the mask: their areas add up to its pixels, and filling them gives it back', () => {
    fc.assert(
      fc.property(anyMask, (mask) => {
        const rings = tracePolygons(mask);
        expect(areaOf(rings)).toBe(countPixels(mask));
        const filled = rings.map((ring) => toBitmap(fillRegion(toPoints(ring), mask)));
        const parity = toBitmap(mask).map(
          (_, at) => filled.reduce((sum, bits) => sum + (bits[at] as number), 0) % 2,
        );
        expect(parity).toEqual(toBitmap(mask));
      }),
    );
  });
});

describe('simplified outlines', () => {
  const staircase = tracePolygons(maskOf('#...', '##..', '###.', '####'))[0] as Ring;

  test('are the same at tolerance 0', () => {
    expect(simplifyRing(staircase, 0)).toEqual(staircase);
  });

  test('cut the steps of a staircase at tolerance 1', () => {
    const simplified = simplifyRing(staircase, 1);
    expect(simplified.length).toBeLessThan(staircase.length);
    expect(Math.abs(ringArea(simplified) - 10)).toBeLessThanOrEqual(3);
  });

  test('never lose a part', () => {
    fc.assert(
      fc.property(anyMask, fc.double({ min: 0.1, max: 20, noNaN: true }), (mask, tolerance) => {
        for (const ring of tracePolygons(mask)) {
          const simplified = simplifyRing(ring, tolerance);
          expect(simplified.length).toBeGreaterThanOrEqual(2 * 3);
          expect(toPoints(ring)).toEqual(expect.arrayContaining(toPoints(simplified)));
        }
      }),
    );
  });
});
