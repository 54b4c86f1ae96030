import * as z from 'zod';
import { Device } from './device.ts';

const Pixels = z.number().nonnegative();

const Region = z
  .array(z.tuple([Pixels, Pixels]))
  .min(3)
  .max(1000)
  .describe('Corners in pixels of the native, EXIF-oriented image; the last joins the first');

const ReferenceObject = z
  .strictObject({
    class: z.string().min(1).describe('A class of the model, for instance a plate, a coin or a card'),
    size: z.union([
      z.strictObject({ diameterCm: z.number().positive() }),
      z.strictObject({ widthCm: z.number().positive(), heightCm: z.number().positive() }),
    ]),
  })
  .describe('The true size of an object that is looked for in the image');

/** What turns pixels into cm². */
export const ScaleOptions = z.union([
  z.strictObject({
    pixelsPerCm: z.number().positive(),
    uncertainty: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('How far `pixelsPerCm` may be off, as a share of it'),
  }),
  z.strictObject({ reference: ReferenceObject }),
]);

/** Each job has its options, and a hundred jobs are written together. */
const OPTIONS_LIMIT_BYTES = 16_000;

const bytesOf = (options: unknown) => new TextEncoder().encode(JSON.stringify(options)).byteLength;

/** What holds where neither a job nor its model's manifest says otherwise. */
export const PRODUCT_DEFAULTS = {
  confidence: 0.25,
  iou: 0.7,
  maxDetections: 300,
  classAgnosticNms: false,
} as const;

const modelElse = (value: number | boolean) => `The model's own default where absent, else ${value}`;

const Options = z.strictObject({
  confidence: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(`Detections scored below this are dropped. ${modelElse(PRODUCT_DEFAULTS.confidence)}`),
  iou: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'Overlap (intersection over union) above which the weaker of two boxes is dropped. ' +
        modelElse(PRODUCT_DEFAULTS.iou),
    ),
  maxDetections: z
    .int()
    .min(1)
    .max(3000)
    .optional()
    .describe(`How many detections are reported at most. ${modelElse(PRODUCT_DEFAULTS.maxDetections)}`),
  classes: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(1000)
    .optional()
    .describe('Names of the classes to report; all where absent'),
  classAgnosticNms: z
    .boolean()
    .optional()
    .describe(
      `Lets boxes of different classes suppress one another. ${modelElse(PRODUCT_DEFAULTS.classAgnosticNms)}`,
    ),
  mask: z
    .enum(['rle', 'polygon', 'png', 'none'])
    .default('rle')
    .describe(
      '`rle`: a mask and polygons for each detection; `polygon`: polygons alone; `png`: one label map of the ' +
        "image; `none`: neither. Areas are the masks' in each case",
    ),
  polygonTolerance: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe("How far a polygon may stray from the mask's outline, in pixels; 0 follows the pixels' edges"),
  tiles: z
    .strictObject({
      size: z
        .int()
        .min(64)
        .max(8192)
        .optional()
        .describe("Side of a tile in pixels of the image; the model's input size where absent"),
      overlap: z
        .number()
        .min(0)
        .max(0.8)
        .default(0.2)
        .describe('Share of a tile that it has in common with its neighbour'),
    })
    .optional()
    .describe('Looks at overlapping tiles besides the whole image: for small objects in large images'),
  regions: z
    .array(Region)
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Reports only what lies inside one of these polygons: masks are cut to them and a detection with nothing ' +
        "left is dropped; of a model without masks the box's centre decides",
    ),
  scale: ScaleOptions.optional().describe('Gives areas in cm²'),
  device: Device.optional().describe(
    'Where images are analysed: `cpu` is a Lambda function, `gpu` a task with a GPU, where the deployment has them. ' +
      "The model's own where absent, else `cpu`. Videos are analysed on `cpu`",
  ),
});

/** Areas go with the square of a scale, and must be numbers; the table takes those up to 2^53 of a request. */
const LEAST_NUMBER = 1e-15;
const GREATEST_NUMBER = 1e15;

const isTaken = (value: number) => value === 0 || (value >= LEAST_NUMBER && value <= GREATEST_NUMBER);

/** @returns where a number stands that is nearer to nothing, or to infinity, than is taken. */
function findExtreme(value: unknown, path: readonly string[] = []): readonly string[] | undefined {
  if (typeof value === 'number') return isTaken(value) ? undefined : path;
  for (const [key, part] of Object.entries(value instanceof Object ? value : {})) {
    const found = findExtreme(part, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How one image is analysed, as it is asked for. `AnalysisOptions.parse({})` asks for the defaults. */
export const AnalysisOptions = Options.refine((options) => bytesOf(options) <= OPTIONS_LIMIT_BYTES, {
  error: `The options have more than ${OPTIONS_LIMIT_BYTES} bytes as JSON. Name fewer classes, or draw regions with fewer points.`,
})
  .superRefine((options, context) => {
    const path = findExtreme(options);
    if (path === undefined) return;
    const message = `Numbers of options are 0, or from ${LEAST_NUMBER} to ${GREATEST_NUMBER}. Give another one.`;
    context.addIssue({ code: 'custom', path: [...path], message });
  })
  .meta({ id: 'AnalysisOptions' });

/** How one image was analysed, with one model: nothing is left to defaults. Where it ran makes no other result. */
export const AppliedOptions = Options.omit({ device: true })
  .required({
    confidence: true,
    iou: true,
    maxDetections: true,
    classAgnosticNms: true,
  })
  .meta({ id: 'AppliedOptions' });

export type AnalysisOptions = z.infer<typeof AnalysisOptions>;
export type AppliedOptions = z.infer<typeof AppliedOptions>;
export type ScaleOptions = z.infer<typeof ScaleOptions>;
