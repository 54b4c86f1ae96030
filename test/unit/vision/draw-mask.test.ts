import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMaskPainter } from '../../../core/vision/draw-mask.ts';
import type { Box, Size } from '../../../core/vision/geometry.ts';
import { fitLetterbox, type Letterbox } from '../../../core/vision/letterbox.ts';
import { planMaskMap } from '../../../core/vision/mask-map.ts';
import { toBitmap } from '../../../core/vision/run-mask.ts';
import { rowsOf } from './image-of-mask.ts';

const whole = ({ width, height }: Size): Box => ({ x1: 0, y1: 0, x2: width, y2: height });

describe('a mask from prototypes', () => {
  test('is set where the weighted sum of the prototypes is positive', () => {
    // Input, image and prototypes are all 4 x 4: nothing is resized.
    const letterbox = fitLetterbox({ width: 4, height: 4 }, { width: 4, height: 4 });
    const left = [1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0];
    const top = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    const painter = createMaskPainter(
      { data: Float32Array.from([...left, ...top]), dims: [1, 2, 4, 4] },
      letterbox,
    );
    const box = { x1: 0, y1: 0, x2: 4, y2: 4 };
    expect(rowsOf(painter.draw(Float32Array.of(1, -0.5), box))).toEqual(['##..', '##..', '##..', '##..']);
    expect(rowsOf(painter.draw(Float32Array.of(1, -1), box))).toEqual(['....', '....', '##..', '##..']);
  });

  test('is cut to its box: x1 <= x < x2', () => {
    const letterbox = fitLetterbox({ width: 4, height: 4 }, { width: 4, height: 4 });
    const painter = createMaskPainter({ data: new Float32Array(16).fill(1), dims: [1, 1, 4, 4] }, letterbox);
    const draw = (box: Box) => rowsOf(painter.draw(Float32Array.of(1), box));
    expect(draw({ x1: 1, y1: 0, x2: 3, y2: 2 })).toEqual(['.##.', '.##.', '....', '....']);
    expect(draw({ x1: 0.1, y1: 0.9, x2: 2.1, y2: 3.9 })).toEqual(['....', '.##.', '.##.', '.##.']);
    expect(draw({ x1: 2, y1: 2, x2: 2, y2: 2 })).toEqual(['....', '....', '....', '....']);
  });

  test('is enlarged linearly between the centres of the cells', () => {
    // One cell of 1 and one of -3: the blend is zero a quarter of the way, at 2 + 4 * 0.25 = 3 pixels.
    const letterbox = fitLetterbox({ width: 8, height: 8 }, { width: 8, height: 8 });
    const painter = createMaskPainter({ data: Float32Array.of(1, -3, 1, -3), dims: [1, 1, 2, 2] }, letterbox);
    expect(rowsOf(painter.draw(Float32Array.of(1), whole(letterbox.image)))[0]).toBe('###.....');
  });
});

test.each([
  // Padding of 160 columns is 40 cells; of 213 rows (106 above) it takes four times as many cells.
  [
    { width: 810, height: 1080 },
    { factor: 1, left: 20, top: 0, content: { width: 120, height: 160 } },
  ],
  [
    { width: 640, height: 427 },
    { factor: 4, left: 0, top: 106, content: { width: 640, height: 427 } },
  ],
  [
    { width: 640, height: 636 },
    { factor: 2, left: 0, top: 1, content: { width: 320, height: 318 } },
  ],
])('the map of %o leaves out the padding', (image, expected) => {
  const letterbox = fitLetterbox(image, { width: 640, height: 640 });
  expect(planMaskMap({ width: 160, height: 160 }, letterbox)).toEqual(expected);
});

/** The same, written as ultralytics computes it: everything for every pixel. */
function drawNaively(
  protos: Float32Array,
  grid: Size,
  { letterbox, box }: { letterbox: Letterbox; box: Box },
) {
  const { factor, content, left, top } = planMaskMap(grid, letterbox);
  const enlarged = resize(
    { data: protos, ...grid },
    { width: grid.width * factor, height: grid.height * factor },
  );
  const cropped = new Float32Array(content.width * content.height);
  for (let y = 0; y < content.height; y++) {
    for (let x = 0; x < content.width; x++) {
      cropped[y * content.width + x] = enlarged[(y + top) * grid.width * factor + x + left] as number;
    }
  }
  const native = resize({ data: cropped, ...content }, letterbox.image);
  return Uint8Array.from(native, (logit, index) => {
    const x = index % letterbox.image.width;
    const y = Math.floor(index / letterbox.image.width);
    return logit > 0 && x >= box.x1 && x < box.x2 && y >= box.y1 && y < box.y2 ? 1 : 0;
  });
}

function resize({ data, width, height }: { data: Float32Array } & Size, to: Size): Float32Array {
  const sample = (index: number, from: number, count: number) => {
    const source = Math.max(0, ((index + 0.5) * from) / count - 0.5);
    const low = Math.min(Math.floor(source), from - 1);
    return { low, high: Math.min(low + 1, from - 1), weight: source - low };
  };
  return Float32Array.from({ length: to.width * to.height }, (_, index) => {
    const x = sample(index % to.width, width, to.width);
    const y = sample(Math.floor(index / to.width), height, to.height);
    const across = (row: number) =>
      (data[row * width + x.low] as number) * (1 - x.weight) +
      (data[row * width + x.high] as number) * x.weight;
    return across(y.low) * (1 - y.weight) + across(y.high) * y.weight;
  });
}

test('is the mask that looking at every pixel gives', () => {
  const side = fc.integer({ min: 1, max: 60 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.record({ width: side, height: side }),
      fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 64, maxLength: 64 }),
      fc.tuple(share, share, share, share),
      (image, cells, [a, b, c, d]) => {
        const grid = { width: 8, height: 8 };
        const letterbox = fitLetterbox(image, { width: 32, height: 32 });
        // Odd halves: no blend of few cells is exactly zero, where rounding would decide.
        const data = Float32Array.from(cells, (cell, index) => cell + 0.5 + index / 1009);
        const [x1, x2] = [a * image.width, b * image.width].sort((p, q) => p - q) as [number, number];
        const [y1, y2] = [c * image.height, d * image.height].sort((p, q) => p - q) as [number, number];
        const box = { x1, y1, x2, y2 };
        const mask = createMaskPainter({ data, dims: [1, 1, 8, 8] }, letterbox).draw(Float32Array.of(1), box);
        const naive = drawNaively(data, grid, { letterbox, box });
        const differing = toBitmap(mask).filter((bit, index) => bit !== naive[index]).length;
        expect(differing).toBeLessThanOrEqual(1);
      },
    ),
  );
});
