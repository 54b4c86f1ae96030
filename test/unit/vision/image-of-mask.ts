import { fromBitmap, type RunMask, toBitmap } from '../../../core/vision/run-mask.ts';

/** A mask from rows of text: `#` is set. */
export function maskOf(...rows: string[]): RunMask {
  const bits = rows.flatMap((row) => [...row].map((character) => (character === '#' ? 1 : 0)));
  return fromBitmap(bits, { width: rows[0]?.length ?? 0, height: rows.length });
}

/** The rows of text that {@link maskOf} would make the mask from. */
export function rowsOf(mask: RunMask): string[] {
  const bits = toBitmap(mask);
  return Array.from({ length: mask.height }, (_, y) =>
    Array.from({ length: mask.width }, (_, x) => (bits[y * mask.width + x] ? '#' : '.')).join(''),
  );
}
