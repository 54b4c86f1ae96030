import { z } from 'zod';
import { AnalysisOptions } from './analysis-options.ts';

/** Corners in pixels of the native, EXIF-oriented image. */
export const BoxDocument = z.object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() });

/** COCO compressed run-length encoding, column-major; `size` is `[height, width]`. */
export const RleDocument = z.object({
  size: z.tuple([z.int().positive(), z.int().positive()]),
  counts: z.string(),
});

export const AreaDocument = z.object({
  /** The mask's pixel count; the box's area for a model without masks. */
  pixels: z.number().nonnegative(),
  /** `pixels` as a share of the image, 0..1. */
  share: z.number().min(0).max(1),
  /** Null where no scale is known. */
  cm2: z.number().nonnegative().nullable(),
  /** How far `cm2` may be off either way, in cm²; stands wherever `cm2` does. */
  cm2Uncertainty: z.number().nonnegative().optional(),
});

/** How pixels became cm². */
export const ScaleDocument = z.object({
  pixelsPerCm: z.number().positive(),
  /** How far `pixelsPerCm` may be off either way, as a share of it. */
  uncertainty: z.number().nonnegative(),
  source: z.enum(['given', 'reference']),
  /** Which of `detections` was the reference object. */
  detection: z.int().nonnegative().optional(),
});

export const DetectionDocument = z.object({
  class: z.string(),
  classId: z.int().nonnegative(),
  confidence: z.number().min(0).max(1),
  box: BoxDocument,
  mask: RleDocument.nullable(),
  /** Rings of `[x, y]` along pixel edges; outer rings and holes have opposite winding. */
  polygons: z.array(z.array(z.tuple([z.number(), z.number()]))),
  area: AreaDocument,
});

export const ClassSummary = z.object({
  class: z.string(),
  count: z.int().positive(),
  pixels: z.number(),
  share: z.number(),
  cm2: z.number().nullable(),
});

/** What one model found in one image. */
export const ResultDocument = z.object({
  image: z.object({
    id: z.string(),
    sha256: z.string(),
    width: z.int().positive(),
    height: z.int().positive(),
  }),
  model: z.object({ id: z.string(), version: z.string(), sha256: z.string() }),
  options: AnalysisOptions,
  detections: z.array(DetectionDocument),
  summary: z.array(ClassSummary),
  /** Absent where no scale was asked for; null where the reference object was not found. */
  scale: ScaleDocument.nullable().optional(),
  /**
   * With `mask: png`: a gray PNG in base64, as large as the image. 0 is background, n the detection
   * `detections[n - 1]`, the most confident on top; 16 bits a pixel for more than 255 detections.
   */
  labelMap: z.string().optional(),
  timing: z.object({ decodeMs: z.number(), inferMs: z.number(), postMs: z.number() }),
});

export type BoxDocument = z.infer<typeof BoxDocument>;
export type RleDocument = z.infer<typeof RleDocument>;
export type AreaDocument = z.infer<typeof AreaDocument>;
export type DetectionDocument = z.infer<typeof DetectionDocument>;
export type ScaleDocument = z.infer<typeof ScaleDocument>;
export type ClassSummary = z.infer<typeof ClassSummary>;
export type ResultDocument = z.infer<typeof ResultDocument>;
