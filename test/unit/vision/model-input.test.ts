import { describe, expect, test } from 'vitest';
import type { Preprocessing } from '../../../core/contracts/model-manifest.ts';
import { fitLetterbox } from '../../../core/vision/letterbox.ts';
import { fillInput } from '../../../core/vision/model-input.ts';
import { codePixels } from '../../../core/vision/preprocessing.ts';

const { channels } = codePixels();

const gray = (...values: number[]) => Uint8Array.from(values.flatMap((value) => [value, value, value]));

/** The red values of a resized image, which fills the input. */
function resizeReds(values: number[][], to: { width: number; height: number }): number[][] {
  const size = { width: (values[0] as number[]).length, height: values.length };
  const letterbox = { image: size, input: to, content: to, left: 0, top: 0, fit: 'centre' as const };
  const tensor = new Float32Array(3 * to.width * to.height);
  fillInput({ tensor, channels }, { data: gray(...values.flat()), ...size }, letterbox);
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

/** Two pixels in an input of two by two, which leaves a row of padding. */
function fillTwo(preprocessing: Preprocessing) {
  const { channels, fit } = codePixels(preprocessing);
  const letterbox = fitLetterbox({ width: 2, height: 1 }, { width: 2, height: 2 }, fit);
  const tensor = new Float32Array(3 * 2 * 2);
  const pixels = { data: Uint8Array.of(255, 0, 51, 0, 255, 102), width: 2, height: 1 };
  fillInput({ tensor, channels }, pixels, letterbox);
  return [...tensor];
}

describe('fills', () => {
  test("planes of red, green and blue and pads with ultralytics' gray", () => {
    const padding = 114 / 255;
    const planes = [1, 0, padding, padding, 0, 1, padding, padding, 0.2, 0.4, padding, padding];
    expect(fillTwo({})).toEqual(planes.map(Math.fround));
  });

  test('planes of blue, green and red with bytes as they are, at the top left', () => {
    expect(fillTwo({ place: 'top-left', divisor: 1, channels: 'bgr' })).toEqual([
      ...[51, 102, 114, 114, 0, 255, 114, 114, 255, 0, 114, 114],
    ]);
  });

  test('an input that the image is stretched over, mean and deviation taken off', () => {
    const planes = fillTwo({ fit: 'stretch', mean: [0.5, 0, 0.2], std: [0.5, 2, 0.1] });
    expect(planes).toEqual(
      [1, -1, 1, -1, 0, 0.5, 0, 0.5, 0, 2, 0, 2].map((value) => expect.closeTo(value, 5)),
    );
  });
});
