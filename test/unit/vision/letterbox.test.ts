import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxOverlap, roundHalfEven, type Size } from '../../../core/vision/geometry.ts';
import { type Fit, fitLetterbox, toImageBox, toInputBox } from '../../../core/vision/letterbox.ts';

const side = fc.integer({ min: 1, max: 8000 });
const anySize: fc.Arbitrary<Size> = fc.record({ width: side, height: side });
const inputSize = fc.constantFrom(
  { width: 640, height: 640 },
  { width: 320, height: 320 },
  { width: 640, height: 384 },
);

describe('letterbox', () => {
  test.each([
    // bus.jpg: a portrait image is padded left and right.
    [
      { width: 810, height: 1080 },
      { content: { width: 480, height: 640 }, left: 80, top: 0 },
    ],
    // An odd rest of 213 rows: 106 above, 107 below.
    [
      { width: 640, height: 427 },
      { content: { width: 640, height: 427 }, left: 0, top: 106 },
    ],
    // Scaled up to fill the input.
    [
      { width: 1, height: 1 },
      { content: { width: 640, height: 640 }, left: 0, top: 0 },
    ],
    // A side never vanishes.
    [
      { width: 4000, height: 3 },
      { content: { width: 640, height: 1 }, left: 0, top: 319 },
    ],
  ])('places %o', (image, expected) => {
    expect(fitLetterbox(image, { width: 640, height: 640 })).toMatchObject(expected);
  });

  test('stretches over the whole input, or lies at its top left with sizes rounded down', () => {
    const place = (fit: Fit) => fitLetterbox({ width: 640, height: 427 }, { width: 416, height: 416 }, fit);
    expect(place('stretch')).toMatchObject({ content: { width: 416, height: 416 }, left: 0, top: 0 });
    expect(place('top-left')).toMatchObject({ content: { width: 416, height: 277 }, left: 0, top: 0 });
  });

  test('rounds as Python does', () => {
    expect([0.5, 1.5, 2.5, -0.5, 2.4, 2.6].map(roundHalfEven)).toEqual([0, 2, 2, 0, 2, 3]);
  });

  test('keeps the content inside the input', () => {
    fc.assert(
      fc.property(anySize, inputSize, (image, input) => {
        const { content, left, top } = fitLetterbox(image, input);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(top).toBeGreaterThanOrEqual(0);
        expect(left + content.width).toBeLessThanOrEqual(input.width);
        expect(top + content.height).toBeLessThanOrEqual(input.height);
      }),
    );
  });

  test('is undone exactly', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        anySize,
        inputSize,
        fc.tuple(fc.tuple(share, share), fc.tuple(share, share)),
        fc.constantFrom<Fit>('centre', 'top-left', 'stretch'),
        (image, input, [a, b], fit) => {
          const [x1, x2] = [a[0] * image.width, b[0] * image.width].sort((p, q) => p - q) as [number, number];
          const [y1, y2] = [a[1] * image.height, b[1] * image.height].sort((p, q) => p - q) as [
            number,
            number,
          ];
          const letterbox = fitLetterbox(image, input, fit);
          const back = toImageBox(toInputBox({ x1, y1, x2, y2 }, letterbox), letterbox);
          expect(back.x1).toBeCloseTo(x1, 6);
          expect(back.y1).toBeCloseTo(y1, 6);
          expect(back.x2).toBeCloseTo(x2, 6);
          expect(back.y2).toBeCloseTo(y2, 6);
        },
      ),
    );
  });

  test('cuts boxes to the image', () => {
    const letterbox = fitLetterbox({ width: 100, height: 50 }, { width: 100, height: 100 });
    expect(toImageBox({ x1: -5, y1: 0, x2: 120, y2: 100 }, letterbox)).toEqual({
      x1: 0,
      y1: 0,
      x2: 100,
      y2: 50,
    });
  });
});

test('overlap is the intersection over the union', () => {
  expect(boxOverlap({ x1: 0, y1: 0, x2: 2, y2: 2 }, { x1: 1, y1: 0, x2: 3, y2: 2 })).toBeCloseTo(1 / 3);
  expect(boxOverlap({ x1: 0, y1: 0, x2: 1, y2: 1 }, { x1: 1, y1: 0, x2: 2, y2: 1 })).toBe(0);
  expect(boxOverlap({ x1: 1, y1: 1, x2: 1, y2: 1 }, { x1: 1, y1: 1, x2: 1, y2: 1 })).toBe(0);
});
