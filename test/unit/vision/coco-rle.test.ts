import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRle, encodeRle } from '../../../core/vision/coco-rle.ts';
import { fromBitmap } from '../../../core/vision/run-mask.ts';
import { maskOf } from './image-of-mask.ts';
import { anyMask } from './random-masks.ts';

/** Made by `test/fixtures/vision/make_rle.py`. */
const fixture: [height: number, width: number, bits: string, counts: string][] = JSON.parse(
  readFileSync(new URL('../../fixtures/vision/masks-pycocotools.json', import.meta.url), 'utf8'),
);

describe('COCO run-length encoding', () => {
  test('writes the lengths of runs down the columns', () => {
    // 5 unset, 2 set, then the difference of each length to that two before: 1 is 1, 3 is 2 + 1, 5 is 1 + 4.
    const mask = maskOf(
      '..#.', //
      '.##.',
      '.##.',
      '....',
    );
    expect(encodeRle(mask)).toEqual({ size: [4, 4], counts: '52114' });
  });

  test('begins with no unset pixels where the first is set', () => {
    expect(encodeRle(maskOf('##', '##')).counts).toBe('04');
    expect(encodeRle(maskOf('..', '..')).counts).toBe('4');
  });

  test(`equals pycocotools byte for byte on ${fixture.length} masks`, () => {
    expect(fixture.length).toBeGreaterThanOrEqual(1000);
    for (const [height, width, bits, counts] of fixture) {
      const bytes = Buffer.from(bits, 'base64');
      const bitmap = Uint8Array.from(
        { length: width * height },
        (_, index) => ((bytes[index >> 3] as number) >> (7 - (index & 7))) & 1,
      );
      const mask = fromBitmap(bitmap, { width, height });
      expect(encodeRle(mask).counts).toBe(counts);
      expect(decodeRle({ size: [height, width], counts }).runs).toEqual(mask.runs);
    }
  });

  test('survives the way there and back', () => {
    fc.assert(
      fc.property(anyMask, (mask) => {
        expect(decodeRle(encodeRle(mask))).toEqual(mask);
      }),
    );
  });

  test('refuses runs that do not fill the image, and strange characters', () => {
    expect(() => decodeRle({ size: [2, 2], counts: '5' })).toThrow(RangeError);
    expect(() => decodeRle({ size: [2, 2], counts: '~~' })).toThrow(RangeError);
    expect(() => decodeRle({ size: [2, 2], counts: 'T' })).toThrow(RangeError);
  });
});
