import { z } from 'zod';

/** How one picture is analysed. `AnalysisOptions.parse({})` gives the defaults. */
export const AnalysisOptions = z.strictObject({
  /** Detections scored below this are dropped. */
  confidence: z.number().min(0).max(1).default(0.25),
  /** Overlap (intersection over union) above which the weaker of two boxes is dropped. */
  iou: z.number().min(0).max(1).default(0.7),
  maxDetections: z.int().min(1).max(3000).default(300),
  mask: z.enum(['rle', 'polygon', 'png', 'none']).default('rle'),
});

export type AnalysisOptions = z.infer<typeof AnalysisOptions>;
