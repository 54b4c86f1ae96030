import { z } from 'zod';

const Pixels = z.number().nonnegative();

/** Corners of a polygon in pixels of the native, EXIF-oriented image; the last joins the first. */
const Region = z
  .array(z.tuple([Pixels, Pixels]))
  .min(3)
  .max(1000);

/** The true size of an object that is looked for in the image, in centimetres. */
const ReferenceObject = z.strictObject({
  /** A class of the model, for instance a plate, a coin or a card. */
  class: z.string().min(1),
  size: z.union([
    z.strictObject({ diameterCm: z.number().positive() }),
    z.strictObject({ widthCm: z.number().positive(), heightCm: z.number().positive() }),
  ]),
});

/** What turns pixels into cm². */
export const ScaleOptions = z.union([
  z.strictObject({
    pixelsPerCm: z.number().positive(),
    /** How far `pixelsPerCm` may be off, as a share of it. */
    uncertainty: z.number().min(0).max(1).default(0),
  }),
  z.strictObject({ reference: ReferenceObject }),
]);

/** Each job has its options, and a hundred jobs are written together. */
const OPTIONS_LIMIT_BYTES = 16_000;

const bytesOf = (options: unknown) => new TextEncoder().encode(JSON.stringify(options)).byteLength;

const Options = z.strictObject({
  /** Detections scored below this are dropped. */
  confidence: z.number().min(0).max(1).default(0.25),
  /** Overlap (intersection over union) above which the weaker of two boxes is dropped. */
  iou: z.number().min(0).max(1).default(0.7),
  maxDetections: z.int().min(1).max(3000).default(300),
  /** Names of the classes to report; all where absent. */
  classes: z.array(z.string().min(1).max(200)).min(1).max(1000).optional(),
  /** Lets boxes of different classes suppress one another. */
  classAgnosticNms: z.boolean().default(false),
  /**
   * `rle`: a mask and polygons for each detection; `polygon`: polygons alone; `png`: one label map of the
   * image; `none`: neither. Areas are the masks' in each case.
   */
  mask: z.enum(['rle', 'polygon', 'png', 'none']).default('rle'),
  /** How far a polygon may stray from the mask's outline, in pixels; 0 follows the pixels' edges. */
  polygonTolerance: z.number().min(0).max(100).default(1),
  /** Looks at overlapping tiles besides the whole image: for small objects in large images. */
  tiles: z
    .strictObject({
      /** Side of a tile in pixels of the image; the model's input size where absent. */
      size: z.int().min(64).max(8192).optional(),
      /** Share of a tile that it has in common with its neighbour. */
      overlap: z.number().min(0).max(0.8).default(0.2),
    })
    .optional(),
  /**
   * Reports only what lies inside one of these polygons: masks are cut to them and a detection with nothing
   * left is dropped; of a model without masks the box's centre decides.
   */
  regions: z.array(Region).min(1).max(100).optional(),
  scale: ScaleOptions.optional(),
});

/** How one image is analysed. `AnalysisOptions.parse({})` gives the defaults. */
export const AnalysisOptions = Options.refine((options) => bytesOf(options) <= OPTIONS_LIMIT_BYTES, {
  error: `The options have more than ${OPTIONS_LIMIT_BYTES} bytes as JSON. Name fewer classes, or draw regions with fewer points.`,
});

export type AnalysisOptions = z.infer<typeof AnalysisOptions>;
export type ScaleOptions = z.infer<typeof ScaleOptions>;
