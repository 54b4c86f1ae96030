import * as z from 'zod';

/** What an int8 model is beside the one that it was made of: it stands in its manifest, for people. */
export const Int8Twin = z.strictObject({
  /** SHA-256 of the weights that it was made of. */
  of: z.string().regex(/^[0-9a-f]{64}$/),
  /** How many times as fast an inference is, on one thread. */
  speed: z.number().positive(),
  /** Objects of the other one on the calibration photographs, and those of them that it finds too. */
  wanted: z.int().nonnegative(),
  found: z.int().nonnegative(),
  /** Mean overlap of their masks, or of their boxes. */
  overlap: z.number().min(0).max(1),
});

export type Int8Twin = z.infer<typeof Int8Twin>;

/** One line for people who run the other one. */
export function describeInt8Twin(name: string, { speed, wanted, found, overlap }: Int8Twin): string {
  return (
    `${name} is the same model in 8 bits: ${speed.toFixed(1)} times as fast on one thread where it was measured, ` +
    `${found} of ${wanted} objects found again, outlines alike by ${overlap.toFixed(3)}.`
  );
}
