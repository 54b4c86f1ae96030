import type { Size } from './geometry.ts';

/**
 * How a model's predictions are laid out.
 * `anchors-last`: `[1, 4 + classes + masks, anchors]` (YOLOv8, 11 and 26's plain export).
 * `anchors-first`: `[1, 3 * anchors, 5 + classes + masks]` (YOLOv5).
 * `end-to-end`: `[1, rows, 6 + masks]` (YOLO26, YOLOv8 with `nms=True`).
 */
export type PredictionLayout = 'anchors-last' | 'anchors-first' | 'end-to-end';

export interface ModelLayout {
  readonly predictions: PredictionLayout;
  readonly classCount: number;
  /** Mask coefficients of each prediction; 0 for a model that only detects. */
  readonly maskCount: number;
}

export type Shape = readonly number[];

/** The shapes of a model's outputs fit no known family. */
export class UnknownModelLayoutError extends Error {
  constructor(seen: string, input: Size) {
    super(
      `The model's outputs fit no known family. Seen at input ${input.width} x ${input.height}: ${seen}. ` +
        'Known: YOLOv8/11/26 [1, 4+classes(+32), anchors], YOLOv5 [1, 3*anchors, 5+classes(+32)], ' +
        'end-to-end [1, up to 3000, 6(+32)], each with [1, 32, height/4, width/4] for masks; ' +
        `anchors here is ${countAnchors(input)}.`,
    );
    this.name = 'UnknownModelLayoutError';
  }
}

/** Rows of an end-to-end head; anchor grids of real models have more. */
const MOST_END_TO_END_ROWS = 3000;

/** Cells of the three grids with strides 8, 16 and 32. */
export function countAnchors({ width, height }: Size): number {
  const cells = (stride: number) => Math.ceil(width / stride) * Math.ceil(height / stride);
  return cells(8) + cells(16) + cells(32);
}

/**
 * Recognises the family by what the outputs say.
 * @param shapes of all outputs, without symbolic dimensions, at input size `input`.
 * @param classCount where it is known; an end-to-end head does not show it in its shape.
 * @throws UnknownModelLayoutError naming the shapes seen and those known.
 */
export function recogniseLayout(shapes: readonly Shape[], input: Size, classCount?: number): ModelLayout {
  const unknown = () =>
    new UnknownModelLayoutError(shapes.map((shape) => `[${shape.join(', ')}]`).join(' and '), input);
  const predictions = shapes.filter((shape) => shape.length === 3);
  const protos = shapes.filter((shape) => shape.length === 4);
  const [, rows = 0, columns = 0] = predictions[0] ?? [];
  if (predictions.length !== 1 || protos.length > 1) throw unknown();
  const maskCount = protos[0]?.[1] ?? 0;
  const anchors = countAnchors(input);
  const fits = (classes: number) => classes >= 1 && (classCount === undefined || classes === classCount);

  const row = (predictions: PredictionLayout, classCount: number) => ({ predictions, classCount, maskCount });
  if (columns === anchors && fits(rows - 4 - maskCount)) return row('anchors-last', rows - 4 - maskCount);
  // A one-class YOLOv5 also ends in 6; only the number of rows tells it from an end-to-end head.
  if (rows === 3 * anchors && fits(columns - 5 - maskCount)) {
    return row('anchors-first', columns - 5 - maskCount);
  }
  if (columns === 6 + maskCount && rows <= MOST_END_TO_END_ROWS && classCount !== undefined) {
    return row('end-to-end', classCount);
  }
  throw unknown();
}
