import type { AnalysisOptions, AppliedOptions } from '../../contracts/analysis-options.ts';
import type { ModelManifest, Preprocessing } from '../../contracts/model-manifest.ts';
import type { ResultDocument } from '../../contracts/result-document.ts';
import { type DetectOptions, detectObjects, NoNumbersError } from '../../vision/detect-objects.ts';
import type { Detection } from '../../vision/detection.ts';
import type { Box, Size } from '../../vision/geometry.ts';
import type { LabelMap } from '../../vision/label-map.ts';
import type { Letterbox } from '../../vision/letterbox.ts';
import { mergeViews } from '../../vision/merge-views.ts';
import type { ModelLayout } from '../../vision/model-layout.ts';
import type { ModelOutputs } from '../../vision/model-outputs.ts';
import { cutToRegions } from '../../vision/regions.ts';
import type { ViewDetections } from '../../vision/sighting.ts';
import { planTiles } from '../../vision/tiles.ts';
import { DomainError } from '../entities/errors.ts';
import { countViews } from '../entities/views.ts';
import { applyDefaults } from './apply-defaults.ts';
import { composeResult } from './compose-result.ts';
import { requireTime } from './time-limit.ts';
import { UnknownClassError } from './unknown-class.ts';

/** A part of an image (or all of it) as a model sees it. */
export interface ImageView {
  /** Whole pixels of the image. */
  readonly area: Box;
  readonly letterbox: Letterbox;
  /** Decodes, where that is still to be done. */
  load(): Promise<FillInput>;
}

/** Overwrites a model's input `[1, 3, height, width]` with an image; once, for it frees the image's pixels. */
export type FillInput = (input: Float32Array) => void;

export interface DecodedImage extends Size {
  /** The whole image first, then its tiles. */
  readonly views: readonly ImageView[];
}

/** @throws UnusableImageError */
export type DecodeImage = (
  bytes: Uint8Array,
  request: {
    inputSize: Size;
    preprocessing?: Preprocessing | undefined;
    planTiles?: (image: Size) => Box[];
  },
) => Promise<DecodedImage>;

/**
 * Weights that are ready to run. Runs take turns; what one gives is valid until its caller next awaits
 * something, because the next run frees it.
 */
export interface VisionModel {
  readonly manifest: ModelManifest;
  readonly layout: ModelLayout;
  readonly inputSize: Size;
  run(fillInput: FillInput): Promise<ModelOutputs>;
}

export interface InferImagePorts {
  readonly decodeImage: DecodeImage;
  readonly model: VisionModel;
  /** @returns PNG bytes. */
  readonly encodeLabelMap: (map: LabelMap) => Promise<Uint8Array>;
}

export interface ImageToInfer {
  readonly bytes: Uint8Array;
  readonly image: { readonly id: string; readonly sha256: string };
  /** What is left out is the model's default. */
  readonly options: AnalysisOptions;
  /** Says when to stop: between views, of which a tiled image has many. */
  readonly signal?: AbortSignal;
}

/**
 * Runs one model over one image.
 * @throws UnusableImageError, UnknownClassError, TooManyViewsError, AnalysisTimedOutError
 */
export async function inferImage(
  { bytes, image, options: asked, signal }: ImageToInfer,
  { decodeImage, encodeLabelMap, model }: InferImagePorts,
): Promise<ResultDocument> {
  const options = applyDefaults(asked, model.manifest);
  const detectOptions = toDetectOptions(options, options.classes, model.manifest);
  const referenceClass = options.scale && 'reference' in options.scale && options.scale.reference.class;
  // Looked for by itself: what is reported, and how much, is no matter of the scale.
  const referenceOptions = referenceClass && toDetectOptions(options, [referenceClass], model.manifest);
  const clock = startClock();
  const { width, height, views } = await decodeImage(bytes, decodeRequest(options, model));
  clock.lap('decodeMs');
  const seen: ViewDetections[] = [];
  const references: ViewDetections[] = [];
  for (const view of views) {
    const fillInput = await view.load();
    requireTime(signal);
    clock.lap('decodeMs');
    const outputs = await model.run((input) => {
      clock.skip();
      fillInput(input);
      clock.lap('decodeMs');
    });
    clock.lap('inferMs');
    const { area } = view;
    seen.push({ area, detections: detectOrRefuse(outputs, { model, view }, detectOptions) });
    if (referenceOptions) {
      references.push({ area, detections: detectOrRefuse(outputs, { model, view }, referenceOptions) });
    }
    clock.lap('postMs');
  }
  const size = { width, height };
  const detections = cutToRegions(mergeViews(seen, size, detectOptions), options.regions ?? [], size);
  const [reference] = mergeViews(references, size, detectOptions);
  const document = await composeResult(
    { image: { ...image, ...size }, manifest: model.manifest, options, detections, reference },
    encodeLabelMap,
  );
  clock.lap('postMs');
  return { ...document, timing: clock.timing };
}

/** The weights are broken, or too coarse for the image's values. */
class ModelOutputError extends DomainError {
  readonly code = 'model_output_no_numbers';
  readonly kind = 'unprocessable';
}

function detectOrRefuse(
  outputs: ModelOutputs,
  { model: { layout }, view: { letterbox } }: { model: VisionModel; view: ImageView },
  options: DetectOptions,
): Detection[] {
  try {
    return detectObjects(outputs, { layout, letterbox }, options);
  } catch (cause) {
    if (cause instanceof NoNumbersError) throw new ModelOutputError(cause.message, { cause });
    throw cause;
  }
}

function toDetectOptions(
  { confidence, iou, maxDetections, classAgnosticNms: classAgnostic }: AppliedOptions,
  classes: readonly string[] | undefined,
  manifest: ModelManifest,
): DetectOptions {
  const common = { confidence, iou, maxDetections, classAgnostic };
  if (classes === undefined) return common;
  // Models may give several labels one name.
  const classIds = classes.flatMap((name) => {
    const labels = manifest.classes.flatMap((other, classId) => (other === name ? classId : []));
    if (labels.length === 0) throw new UnknownClassError(name, manifest);
    return labels;
  });
  return { ...common, classIds: new Set(classIds) };
}

function decodeRequest({ tiles }: AnalysisOptions, { inputSize, manifest: { preprocessing } }: VisionModel) {
  if (tiles === undefined) return { inputSize, preprocessing };
  const size = tiles.size ?? Math.min(inputSize.width, inputSize.height);
  return {
    inputSize,
    preprocessing,
    planTiles(image: Size) {
      countViews(image, { tiles }, { inputSide: size });
      const planned = planTiles(image, { size, overlap: tiles.overlap });
      // A single tile would be the whole image again.
      return planned.length > 1 ? planned : [];
    },
  };
}

/** Adds up where the time goes, in milliseconds. */
function startClock() {
  const timing = { decodeMs: 0, inferMs: 0, postMs: 0 };
  let last = performance.now();
  return {
    timing,
    /** Time spent waiting for a turn is not counted. */
    skip(): void {
      last = performance.now();
    },
    lap(part: keyof typeof timing): void {
      const now = performance.now();
      timing[part] += now - last;
      last = now;
    },
  };
}
