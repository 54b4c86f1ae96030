import type { Size } from './geometry.ts';
import { forEachSpan, type RunMask } from './run-mask.ts';

/** Row-major; 0 is background, `n` the mask at index `n - 1`. */
export interface LabelMap extends Size {
  readonly labels: Uint8Array | Uint16Array;
}

/** Paints masks into one map, the first on top. 16 bits a pixel where 8 do not suffice. */
export function paintLabelMap(masks: readonly (RunMask | undefined)[], { width, height }: Size): LabelMap {
  const labels = masks.length > 255 ? new Uint16Array(width * height) : new Uint8Array(width * height);
  for (let index = masks.length - 1; index >= 0; index--) {
    const mask = masks[index];
    if (mask === undefined) continue;
    forEachSpan(mask, (x, y1, y2) => {
      for (let y = y1; y < y2; y++) labels[y * width + x] = index + 1;
    });
  }
  return { width, height, labels };
}
