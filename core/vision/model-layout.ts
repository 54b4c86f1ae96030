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

/** What is known of a model besides its shapes. */
export interface LayoutHints {
  /** An end-to-end head does not show it in its shape. */
  readonly classCount?: number | undefined;
  /** The layout itself, where somebody says so. */
  readonly predictions?: PredictionLayout | undefined;
  /** Whether its outputs are final; absent where nobody says. */
  readonly isEndToEnd?: boolean | undefined;
}

export type Shape = readonly number[];

/** The shapes of a model's outputs fit no known family. */
export class UnknownModelLayoutError extends Error {
  constructor(shapes: readonly Shape[], input: Size, reason = '') {
    super(
      `The model's outputs fit no known family. ${reason}Seen at input ${input.width} x ${input.height}: ${nameShapes(shapes)}. ` +
        'Known: YOLOv8/11/26 [1, 4+classes(+32), anchors], YOLOv5 [1, 3*anchors, 5+classes(+32)], ' +
        'end-to-end [1, up to 3000, 6(+32)], each with [1, 32, height/4, width/4] for masks; ' +
        `anchors here is ${countAnchors(input)} with strides 8, 16 and 32.`,
    );
    this.name = 'UnknownModelLayoutError';
  }
}

/** The shapes fit several layouts, and only the values would tell which it is. */
export class AmbiguousLayoutError extends Error {
  /** What it would be if it were what it looks like. */
  readonly endToEnd: ModelLayout;

  constructor(shapes: readonly Shape[], rival: string, endToEnd: ModelLayout) {
    super(
      `The model's outputs ${nameShapes(shapes)} may be those of an end-to-end head or ${rival}. ` +
        'If they are rows of x1, y1, x2, y2, score, class in pixels, say so with --family yolo-end2end.',
    );
    this.name = 'AmbiguousLayoutError';
    this.endToEnd = endToEnd;
  }
}

const nameShapes = (shapes: readonly Shape[]) => shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ');

/** Rows of an end-to-end head; anchor grids of most models have more. */
const MOST_END_TO_END_ROWS = 3000;

const USUAL_STRIDES = [8, 16, 32];

/** Of the usual heads, those with P2, with P6 or with both, and those of two levels (v3-tiny). */
const STRIDE_SETS = [
  USUAL_STRIDES,
  [4, 8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32, 64],
  [4, 8, 16],
  [16, 32],
  [8, 16],
];

/** Cells of the grids of these strides. */
export function countAnchors({ width, height }: Size, strides: readonly number[] = USUAL_STRIDES): number {
  const cells = (stride: number) => Math.ceil(width / stride) * Math.ceil(height / stride);
  return strides.reduce((sum, stride) => sum + cells(stride), 0);
}

/**
 * Recognises the family by what the outputs say, and by what is known besides.
 * @param shapes of all outputs, without symbolic dimensions, at input size `input`.
 * @throws UnknownModelLayoutError naming the shapes seen and those known.
 * @throws AmbiguousLayoutError where only the values would tell.
 */
export function recogniseLayout(shapes: readonly Shape[], input: Size, hints: LayoutHints = {}): ModelLayout {
  const predictions = shapes.filter((shape) => shape.length === 3);
  const protos = shapes.filter((shape) => shape.length === 4);
  const [, rows = 0, columns = 0] = predictions[0] ?? [];
  if (predictions.length !== 1 || protos.length > 1) throw new UnknownModelLayoutError(shapes, input);
  const seen = { rows, columns, maskCount: protos[0]?.[1] ?? 0 };
  const layouts = listLayouts(seen, input, hints);
  const wanted = hints.predictions ?? (hints.isEndToEnd === true ? 'end-to-end' : undefined);
  const layout = layouts.find((one) => wanted === undefined || one.predictions === wanted) ?? layouts[0];
  if (layout === undefined || (hints.predictions ?? layout.predictions) !== layout.predictions) {
    throw new UnknownModelLayoutError(shapes, input, explain(seen, input, hints));
  }
  const rival = findRival(seen, input, hints);
  if (layout.predictions === 'end-to-end' && wanted === undefined && rival !== undefined) {
    throw new AmbiguousLayoutError(shapes, rival, layout);
  }
  return layout;
}

interface SeenShape {
  readonly rows: number;
  readonly columns: number;
  readonly maskCount: number;
}

/** All that the shape may be, the surest first. */
function listLayouts(
  { rows, columns, maskCount }: SeenShape,
  input: Size,
  hints: LayoutHints,
): ModelLayout[] {
  const layouts: ModelLayout[] = [];
  const add = (predictions: PredictionLayout, classCount: number) => {
    const isKnown = hints.classCount === undefined || hints.classCount === classCount;
    if (classCount >= 1 && isKnown) layouts.push({ predictions, classCount, maskCount });
  };
  if (isGrid(columns, input)) add('anchors-last', rows - 4 - maskCount);
  // A one-class YOLOv5 also ends in 6; only the number of rows tells it from an end-to-end head.
  if (rows % 3 === 0 && isGrid(rows / 3, input)) add('anchors-first', columns - 5 - maskCount);
  if (columns === 6 + maskCount && rows <= MOST_END_TO_END_ROWS) add('end-to-end', hints.classCount ?? 0);
  return layouts;
}

const isGrid = (cells: number, input: Size) =>
  STRIDE_SETS.some((strides) => countAnchors(input, strides) === cells);

/** What else rows of six numbers may be, with two classes. */
function findRival(
  { rows, columns, maskCount }: SeenShape,
  input: Size,
  { classCount, isEndToEnd }: LayoutHints,
): string | undefined {
  if (columns - 4 - maskCount === classCount) {
    return isGrid(rows, input)
      ? 'those of YOLOv8 transposed (export it again without the transposition)'
      : 'those of RT-DETR, which is not taken';
  }
  return isEndToEnd === false
    ? 'those of another head, because its metadata says that it is none'
    : undefined;
}

function explain(
  { rows, columns, maskCount }: SeenShape,
  input: Size,
  { classCount, predictions }: LayoutHints,
): string {
  const endsInSix = columns === 6 + maskCount && rows <= MOST_END_TO_END_ROWS;
  if (predictions !== undefined) return `They are not those of the family that was named. `;
  if (endsInSix && classCount === undefined) {
    return 'They look end-to-end, but the file has no class names, and how many there are is not to be seen: name them in a manifest beside it. ';
  }
  if (classCount === undefined) return '';
  if (isGrid(rows, input) && columns - 4 - maskCount === classCount) {
    return 'They look like those of YOLOv8 transposed: export it again without the transposition. ';
  }
  if (columns - 4 === classCount) return 'They look like those of RT-DETR, which is not taken. ';
  if (isGrid(columns, input))
    return `The file names ${classCount} classes; the outputs have ${rows - 4 - maskCount}. `;
  return '';
}
