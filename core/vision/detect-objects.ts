import { dropUnusable, filterClasses, findCandidates } from './candidates.ts';
import type { Detection } from './detection.ts';
import { createMaskPainter } from './draw-mask.ts';
import { type Letterbox, toImageBox } from './letterbox.ts';
import type { ModelLayout } from './model-layout.ts';
import type { ModelOutputs } from './model-outputs.ts';
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
 * Turns a model's outputs for one letterboxed image into detections, most confident first. Filters and
 * suppression are those of ultralytics 8.4; an end-to-end head has suppressed overlaps itself. A detection whose
 * mask has no pixel is dropped, as ultralytics does; one whose values are no numbers goes as well.
 * @throws NoNumbersError where nothing else is left.
 */
export function detectObjects(
  outputs: ModelOutputs,
  { layout, letterbox }: { layout: ModelLayout; letterbox: Letterbox },
  options: DetectOptions,
): Detection[] {
  const { predictions, protos } = outputs;
  const found = findCandidates(predictions, layout, options.confidence);
  const usable = dropUnusable(found);
  if (usable.count === 0 && (found.count > 0 || isMostlyNaN(predictions.data))) throw new NoNumbersError();
  const candidates = filterClasses(usable, options.classIds);
  const kept =
    layout.predictions === 'end-to-end'
      ? byConfidence(candidates).slice(0, options.maxDetections)
      : suppressOverlaps(candidates, options);
  const painter = protos === undefined ? undefined : createMaskPainter(protos, letterbox);
  const detections = kept.flatMap((index) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = candidates.boxes.subarray(index * 4, index * 4 + 4);
    const box = toImageBox({ x1, y1, x2, y2 }, letterbox);
    // Quantised scores go a little beyond 1.
    const confidence = Math.min(1, candidates.scores[index] as number);
    const classId = candidates.classIds[index] as number;
    if (painter === undefined) return { classId, confidence, box };
    const mask = painter.draw(readCoefficients(index), box);
    return mask.runs.length > 0 ? { classId, confidence, box, mask } : [];
  });
  if (kept.length > 0 && detections.length === 0 && protos && isMostlyNaN(protos.data))
    throw new NoNumbersError();
  return detections;

  function readCoefficients(index: number): Float32Array {
    const { coefficientOffsets, coefficientStride } = candidates;
    const first = coefficientOffsets[index] as number;
    return Float32Array.from(
      { length: layout.maskCount },
      (_, coefficient) => predictions.data[first + coefficient * coefficientStride] as number,
    );
  }
}
