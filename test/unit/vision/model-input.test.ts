import { describe, expect, test } from 'vitest';
import { fitLetterbox } from '../../../core/vision/letterbox.ts';
import { fillInput } from '../../../core/vision/model-input.ts';

const gray = (...values: number[]) => Uint8Array.from(values.flatMap((value) => [value, value, value]));

/** The red values of a resized image, which fills the input. */
function resizeReds(values: number[][], to: { width: number; height: number }): number[][] {
  const size = { width: (values[0] as number[]).length, height: values.length };
  const letterbox = { image: size, input: to, content: to, left: 0, top: 0 };
  const tensor = new Float32Array(3 * to.width * to.height);
  fillInput(tensor, { data: gray(...values.flat()), ...size }, letterbox);
  return Array.from({ length: to.height }, (_, y) =>
    [...tensor.subarray(y * to.width, (y + 1) * to.width)].map((share) => Math.round(share * 255)),
  );
}

describe('resizing as OpenCV does', () => {
  test('averages two neighbours when it halves', () => {
    const four = [
      [0, 100, 200, 200],
      [0, 100, 200, 200],
      [10, 30, 50, 70],
      [10, 30, 50, 70],
    ];
    expect(resizeReds(four, { width: 2, height: 2 })).toEqual([
      [50, 200],
      [20, 60],
    ]);
  });

  test('blends a quarter and three quarters when it doubles, and clamps at the ends', () => {
    expect(resizeReds([[0, 100]], { width: 4, height: 1 })).toEqual([[0, 25, 75, 100]]);
    expect(resizeReds([[0], [100]], { width: 1, height: 4 })).toEqual([[0], [25], [75], [100]]);
  });
});

test("fills planes of red, green and blue and pads with ultralytics' gray", () => {
  const letterbox = fitLetterbox({ width: 2, height: 1 }, { width: 2, height: 2 });
  const input = new Float32Array(3 * 2 * 2);
  fillInput(input, { data: Uint8Array.of(255, 0, 51, 0, 255, 102), width: 2, height: 1 }, letterbox);
  const padding = Math.fround(114 / 255);
  const planes = [1, 0, padding, padding, 0, 1, padding, padding, 0.2, 0.4, padding, padding].map(
    Math.fround,
  );
  expect([...input]).toEqual(planes);
});
