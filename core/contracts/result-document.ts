import * as z from 'zod';
import { AppliedOptions } from './analysis-options.ts';

export const BoxDocument = z
  .object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() })
  .meta({ id: 'Box', description: 'Corners in pixels of the native, EXIF-oriented image' });

export const RleDocument = z
  .object({ size: z.tuple([z.int().positive(), z.int().positive()]), counts: z.string() })
  .meta({
    id: 'Rle',
    description: 'COCO compressed run-length encoding, column-major; `size` is `[height, width]`',
  });

export const AreaDocument = z
  .object({
    pixels: z
      .number()
      .nonnegative()
      .describe("The mask's pixel count; the box's area for a model without masks"),
    share: z.number().min(0).max(1).describe('`pixels` as a share of the image, 0..1'),
    cm2: z.number().nonnegative().nullable().describe('Null where no scale is known'),
    cm2Uncertainty: z
      .number()
      .nonnegative()
      .optional()
      .describe('How far `cm2` may be off either way, in cm²; stands wherever `cm2` does'),
  })
  .meta({ id: 'Area' });

export const ScaleDocument = z
  .object({
    pixelsPerCm: z.number().positive(),
    uncertainty: z
      .number()
      .nonnegative()
      .describe('How far `pixelsPerCm` may be off either way, as a share of it'),
    source: z.enum(['given', 'reference']),
    detection: z.int().nonnegative().optional().describe('Which of `detections` was the reference object'),
  })
  .meta({ id: 'Scale', description: 'How pixels became cm²' });

export const DetectionDocument = z
  .object({
    class: z.string(),
    classId: z.int().nonnegative(),
    confidence: z.number().min(0).max(1),
    box: BoxDocument,
    mask: RleDocument.nullable(),
    polygons: z
      .array(z.array(z.tuple([z.number(), z.number()])))
      .describe('Rings of `[x, y]` along pixel edges; outer rings and holes have opposite winding'),
    area: AreaDocument,
  })
  .meta({ id: 'Detection' });

export const ClassSummary = z
  .object({
    class: z.string(),
    count: z.int().positive(),
    pixels: z.number(),
    share: z.number(),
    cm2: z.number().nullable(),
  })
  .meta({ id: 'ClassSummary' });

/** What one model found in one image. */
export const ResultDocument = z
  .object({
    image: z.object({
      id: z.string(),
      sha256: z.string(),
      width: z.int().positive(),
      height: z.int().positive(),
    }),
    model: z.object({ id: z.string(), version: z.string(), sha256: z.string() }),
    options: AppliedOptions,
    detections: z.array(DetectionDocument),
    summary: z.array(ClassSummary),
    scale: ScaleDocument.nullable()
      .optional()
      .describe('Absent where no scale was asked for; null where the reference object was not found'),
    labelMap: z
      .string()
      .optional()
      .describe(
        'With `mask: png`: a gray PNG in base64, as large as the image. 0 is background, n the detection ' +
          '`detections[n - 1]`, the most confident on top; 16 bits a pixel for more than 255 detections',
      ),
    timing: z.object({ decodeMs: z.number(), inferMs: z.number(), postMs: z.number() }),
  })
  .meta({ id: 'Result' });

export type BoxDocument = z.infer<typeof BoxDocument>;
export type RleDocument = z.infer<typeof RleDocument>;
export type AreaDocument = z.infer<typeof AreaDocument>;
export type DetectionDocument = z.infer<typeof DetectionDocument>;
export type ScaleDocument = z.infer<typeof ScaleDocument>;
export type ClassSummary = z.infer<typeof ClassSummary>;
export type ResultDocument = z.infer<typeof ResultDocument>;
