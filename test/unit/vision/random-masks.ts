import fc from 'fast-check';
import { fromBitmap, type RunMask } from '../../../core/vision/run-mask.ts';

/** Masks of any shape up to 12 x 12: holes, islands and corners that touch are common among them. */
export const anyMask: fc.Arbitrary<RunMask> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .array(fc.boolean(), { minLength: width * height, maxLength: width * height })
      .map((bits) => fromBitmap(bits.map(Number), { width, height })),
  );

/** Two masks of the same size. */
export const anyPairOfMasks: fc.Arbitrary<[RunMask, RunMask]> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) => {
    const bits = fc.array(fc.boolean(), { minLength: width * height, maxLength: width * height });
    const mask = bits.map((set) => fromBitmap(set.map(Number), { width, height }));
    return fc.tuple(mask, mask);
  });
