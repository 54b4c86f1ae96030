import { type Candidates, dropUnusable, filterClasses, findCandidates } from './candidates.ts';
import type { Detection } from './detection.ts';
import { type Letterbox, toImageBox } from './letterbox.ts';
import { createMaskDrawer } from './mask-drawer.ts';
import type { ModelLayout } from './model-layout.ts';
import { type ModelOutputs, outputAt } from './model-outputs.ts';
import { byConfidence, suppressOverlaps } from './suppress-overlaps.ts';

export interface DetectOptions {
  readonly confidence: number;
  readonly iou: number;
  readonly maxDetections: number;
  readonly classAgnostic: boolean;
  /** Classes to report; all where absent. */
  readonly classIds?: ReadonlySet<number>;
}

/** The model computed no numbers: what it found can't be told from nothing. */
export class NoNumbersError extends Error {
  constructor() {
    super(
      'The model gave values that are no numbers (NaN). Export it again, in 32 bits if it is in 16; check it with "segmentry models inspect".',
    );
    this.name = 'NoNumbersError';
  }
}

function isMostlyNaN(values: Float32Array): boolean {
  let count = 0;
  for (let index = 0; index < values.length; index++) if (Number.isNaN(values[index])) count += 1;
  return count > values.length / 2;
}

/**
 * Turns a model's outputs for one image into detections, most confident first. Filters and suppression are those of
 * ultralytics 8.4; a head that has suppressed overlaps itself is left as it says. A detection whose mask has no pixel
 * is dropped, as ultralytics does; one whose values are no numbers goes as well.
 * @throws NoNumbersError where nothing else is left.
 */
export function detectObjects(
  outputs: ModelOutputs,
  { layout, letterbox }: { layout: ModelLayout; letterbox: Letterbox },
  options: DetectOptions,
): Detection[] {
  const found = findCandidates(outputs, { layout, input: letterbox.input }, options.confidence);
  const usable = dropUnusable(found);
  if (usable.count === 0 && (found.count > 0 || isMostlyNaN(scoresOf(outputs, layout))))
    throw new NoNumbersError();
  const candidates = filterClasses(usable, options.classIds);
  const kept = layout.overlaps
    ? suppressOverlaps(candidates, options)
    : byConfidence(candidates).slice(0, options.maxDetections);
  const detections = describe(kept, candidates, { outputs, layout, letterbox });
  if (kept.length > 0 && detections.length === 0 && isMostlyNaN(masksOf(outputs, layout)))
    throw new NoNumbersError();
  return detections;
}

function describe(
  kept: readonly number[],
  candidates: Candidates,
  { outputs, layout, letterbox }: { outputs: ModelOutputs; layout: ModelLayout; letterbox: Letterbox },
): Detection[] {
  const drawMask = layout.masks && createMaskDrawer(outputs, layout.masks, letterbox);
  return kept.flatMap((index) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = candidates.boxes.subarray(index * 4, index * 4 + 4);
    const box = toImageBox({ x1, y1, x2, y2 }, letterbox);
    // Quantised scores go a little beyond 1.
    const confidence = Math.min(1, candidates.scores[index] as number);
    const classId = candidates.classIds[index] as number;
    if (drawMask === undefined) return { classId, confidence, box };
    const mask = drawMask(candidates.predictions[index] as number, box);
    return mask.runs.length > 0 ? { classId, confidence, box, mask } : [];
  });
}

const scoresOf = (outputs: ModelOutputs, { scores }: ModelLayout) =>
  outputAt(outputs, scores.kind === 'one-class' ? scores.score.output : scores.output).data;

function masksOf(outputs: ModelOutputs, { masks }: ModelLayout): Float32Array {
  if (masks === undefined) return new Float32Array();
  return outputAt(outputs, masks.kind === 'prototypes' ? masks.protos : masks.maps).data;
}
