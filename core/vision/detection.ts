import type { Box } from './geometry.ts';
import type { RunMask } from './run-mask.ts';

/** One found instance, in pixels of the native, EXIF-oriented image. */
export interface Detection {
  readonly classId: number;
  readonly confidence: number;
  readonly box: Box;
  /** Absent for a model without masks. */
  readonly mask?: RunMask;
}
