import { z } from 'zod';

/** A model's or a version's name: it stands in URLs and object keys. */
export const ModelId = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/);

/** Options that suit a model better than the product's own. */
const ModelDefaults = z.strictObject({
  confidence: z.number().min(0).max(1).optional(),
  iou: z.number().min(0).max(1).optional(),
  maxDetections: z.int().min(1).max(3000).optional(),
});

/** What the product knows of a model's weights; stands beside them as `manifest.json`. */
export const ModelManifest = z.object({
  id: ModelId,
  version: ModelId,
  family: z.enum(['yolov5', 'yolov8', 'yolo-end2end']),
  task: z.enum(['detect', 'segment']),
  /** Class names in label order. */
  classes: z.array(z.string().min(1).max(100)).min(1).max(2000),
  /** Input size in pixels; for a model with dynamic axes the size it is run at. */
  inputSize: z.object({ width: z.int().positive(), height: z.int().positive() }),
  licence: z.string().min(1).max(500),
  /** Of the weights file, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Options to use with this model where a job does not say otherwise. */
  defaults: ModelDefaults.optional(),
});

export type ModelManifest = z.infer<typeof ModelManifest>;
