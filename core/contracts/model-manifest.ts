import * as z from 'zod';
import { Device } from './device.ts';

/** A model's or a version's name: it stands in URLs and object keys. */
export const ModelId = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/);

/** Options that suit a model better than the product's own. */
const ModelDefaults = z.strictObject({
  confidence: z.number().min(0).max(1).optional(),
  iou: z.number().min(0).max(1).optional(),
  maxDetections: z.int().min(1).max(3000).optional(),
  classAgnosticNms: z.boolean().optional(),
});

const Triple = z.tuple([z.number(), z.number(), z.number()]);

/** How an image becomes a model's input, where it differs from what YOLO models are trained with. */
export const Preprocessing = z.strictObject({
  /** `letterbox` keeps the sides' ratio and pads; `stretch` fills the input. */
  fit: z.enum(['letterbox', 'stretch']).optional(),
  /** Where a letterbox puts the image. */
  place: z.enum(['centre', 'top-left']).optional(),
  /** The gray around it, 0 to 255. */
  padding: z.int().min(0).max(255).optional(),
  /** What bytes are divided by: 255 for values of 0 to 1, 1 for bytes as they are. */
  divisor: z.number().positive().optional(),
  /** Subtracted after the division, in the order of the channels. */
  mean: Triple.optional(),
  /** Divided by after that. */
  std: Triple.refine((values) => values.every((value) => value > 0)).optional(),
  channels: z.enum(['rgb', 'bgr']).optional(),
});

/** What a model's outputs mean where their shapes don't tell. */
export const OutputValues = z.strictObject({
  /** Of masks that are drawn for each object. */
  masks: z.enum(['logits', 'probabilities']).optional(),
});

export const MODEL_FAMILIES = [
  ...(['yolov5', 'yolov8', 'yolo-end2end', 'yolov6', 'yolov7-end2end', 'yolox'] as const),
  ...(['detr', 'rtdetr', 'rtdetr-end2end', 'nms'] as const),
] as const;

/** What the product knows of a model's weights; stands beside them as `manifest.json`. */
export const ModelManifest = z.object({
  id: ModelId,
  version: ModelId,
  family: z.enum(MODEL_FAMILIES),
  task: z.enum(['detect', 'segment']),
  /** Class names in label order. */
  classes: z.array(z.string().min(1).max(100)).min(1).max(2000),
  /** Input size in pixels; for a model with dynamic axes the size it is run at. */
  inputSize: z.object({ width: z.int().positive(), height: z.int().positive() }),
  licence: z.string().min(1).max(500),
  /** Of the weights file, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  preprocessing: Preprocessing.optional(),
  outputs: OutputValues.optional(),
  /** Options to use with this model where a job does not say otherwise. */
  defaults: ModelDefaults.optional(),
  /** What its jobs run on where they do not say it themselves; `cpu` where absent. */
  device: Device.exactOptional(),
});

export type ModelManifest = z.infer<typeof ModelManifest>;
export type ModelFamily = ModelManifest['family'];
export type OutputValues = z.infer<typeof OutputValues>;
export type Preprocessing = z.infer<typeof Preprocessing>;
