import type { Size } from './geometry.ts';
import { isGrid } from './grid.ts';
import type { MaskPlace, ModelLayout, Place } from './model-layout.ts';
import type { LayoutHints, SeenOutput } from './seen-outputs.ts';

/** Rows of an end-to-end head; anchor grids of most models have more. */
export const MOST_END_TO_END_ROWS = 3000;
/** COCO's classes: with objectness, the one number of columns that is known without names. */
const COCO_CLASSES = 80;

/** One output of predictions, and one of mask prototypes where there is any. */
export interface SeenPredictions {
  readonly output: number;
  readonly rows: number;
  readonly columns: number;
  readonly maskCount: number;
  readonly protos: number;
}

/** The output of predictions, if there is one only (of YOLOv9's two equal ones the last is its main head's). */
export function findPredictions(outputs: readonly SeenOutput[]): SeenPredictions | undefined {
  const predictions = outputs.flatMap(({ shape }, index) => (shape.length === 3 ? index : []));
  const protos = outputs.flatMap(({ shape }, index) => (shape.length === 4 ? index : []));
  const output = predictions.at(-1);
  if (output === undefined || protos.length > 1 || predictions.length + protos.length < outputs.length)
    return undefined;
  const shape = outputs[output]?.shape ?? [];
  if (predictions.some((index) => outputs[index]?.shape.join() !== shape.join())) return undefined;
  const [, rows = 0, columns = 0] = shape;
  const [first = -1] = protos;
  return { output, rows, columns, maskCount: outputs[first]?.shape[1] ?? 0, protos: first };
}

/** All that the shape may be, the surest first. */
export function listSingleOutputLayouts(
  outputs: readonly SeenOutput[],
  input: Size,
  hints: LayoutHints,
): ModelLayout[] {
  const batchRows = findBatchRows(outputs, hints);
  if (batchRows !== undefined) return [batchRows];
  const seen = findPredictions(outputs);
  if (seen === undefined) return [];
  return [
    ...listColumns(seen, input),
    ...listAnchorRows(seen, input),
    ...listObjectnessRows(seen, input, hints),
    ...listFinalRows(seen, hints),
    ...listQueryRows(seen, input, hints),
  ].filter(
    ({ classCount }) =>
      classCount >= 1 && (hints.classCount === undefined || hints.classCount === classCount),
  );
}

function masksFrom({ maskCount, protos }: SeenPredictions, coefficients: Place): { masks?: MaskPlace } {
  return maskCount === 0 ? {} : { masks: { kind: 'prototypes', protos, count: maskCount, coefficients } };
}

/** YOLOv8, 9, 11, 12 and 26's plain export: `[1, 4 + classes + masks, anchors]`. */
function listColumns(seen: SeenPredictions, input: Size): ModelLayout[] {
  const { output, rows, columns, maskCount } = seen;
  if (!isGrid(columns, input)) return [];
  const classCount = rows - 4 - maskCount;
  const at = (number: number): Place => ({ output, along: 'columns', at: number });
  return [
    {
      family: 'yolov8',
      classCount,
      boxes: { ...at(0), form: 'centre' },
      scores: { kind: 'all-classes', ...at(4) },
      overlaps: true,
      ...masksFrom(seen, at(4 + classCount)),
    },
  ];
}

/** YOLOv5 and v7, three anchors a cell: `[1, 3 * anchors, 5 + classes + masks]`. */
function listAnchorRows(seen: SeenPredictions, input: Size): ModelLayout[] {
  const { output, rows, columns, maskCount } = seen;
  // A one-class YOLOv5 also ends in 6; only the number of rows tells it from an end-to-end head.
  if (rows % 3 !== 0 || !isGrid(rows / 3, input)) return [];
  const classCount = columns - 5 - maskCount;
  return [
    {
      ...withObjectness(output, classCount),
      family: 'yolov5',
      ...masksFrom(seen, { output, along: 'rows', at: 5 + classCount }),
    },
  ];
}

function withObjectness(output: number, classCount: number) {
  const at = (number: number): Place => ({ output, along: 'rows', at: number });
  return {
    classCount,
    boxes: { ...at(0), form: 'centre' },
    scores: { kind: 'all-classes', ...at(5), objectness: at(4) },
    overlaps: true,
  } as const;
}

/** YOLOv6 and YOLOX, one anchor a cell: `[1, anchors, 5 + classes]`; the values tell YOLOX by its offsets. */
function listObjectnessRows(
  { output, rows, columns, maskCount }: SeenPredictions,
  input: Size,
  { classCount, family }: LayoutHints,
): ModelLayout[] {
  const seen = columns - 5;
  const isSure = (classCount ?? COCO_CLASSES) === seen || family !== undefined;
  if (maskCount > 0 || !isGrid(rows, input) || !isSure) return [];
  const decoded = withObjectness(output, seen);
  return [
    { ...decoded, family: 'yolov6' },
    { ...decoded, family: 'yolox', boxes: { ...decoded.boxes, form: 'cell-offsets' } },
  ];
}

/** Rows of box, score and class: YOLO26, YOLOv10, YOLOv8 exported with `nms=True`; ultralytics' RT-DETR in shares. */
function listFinalRows(seen: SeenPredictions, { classCount, isRtDetr, family }: LayoutHints): ModelLayout[] {
  const { output, rows, columns, maskCount } = seen;
  if (columns !== 6 + maskCount || rows > MOST_END_TO_END_ROWS) return [];
  const at = (number: number): Place => ({ output, along: 'rows', at: number });
  const common = {
    classCount: classCount ?? 0,
    scores: { kind: 'one-class', score: at(4), classId: at(5) },
    overlaps: false,
    ...masksFrom(seen, at(6)),
  } as const;
  const shares: ModelLayout = {
    ...common,
    family: 'rtdetr-end2end',
    boxes: { ...at(0), form: 'centre', inShares: true },
  };
  const pixels: ModelLayout = { ...common, family: 'yolo-end2end', boxes: { ...at(0), form: 'corners' } };
  return isRtDetr || family === 'rtdetr-end2end' ? [shares] : [pixels];
}

/** RT-DETR in one output: `[1, queries, 4 + classes]`, boxes as shares, scores as they are. */
function listQueryRows(
  { output, rows, columns, maskCount }: SeenPredictions,
  input: Size,
  { classCount }: LayoutHints,
): ModelLayout[] {
  const seen = columns - 4;
  const isSure = classCount === seen || (classCount === undefined && seen === COCO_CLASSES);
  if (maskCount > 0 || rows > MOST_END_TO_END_ROWS || isGrid(rows, input) || !isSure) return [];
  const at = (number: number): Place => ({ output, along: 'rows', at: number });
  return [
    {
      family: 'rtdetr',
      classCount: seen,
      boxes: { ...at(0), form: 'centre', inShares: true },
      scores: { kind: 'all-classes', ...at(4) },
      overlaps: false,
    },
  ];
}

/** YOLOv7 with suppression inside: `[detections, 7]` rows of image, x1, y1, x2, y2, class, score. */
function findBatchRows(outputs: readonly SeenOutput[], { classCount }: LayoutHints): ModelLayout | undefined {
  const [output, ...others] = outputs;
  if (output?.shape.length !== 2 || output.shape[1] !== 7 || others.length > 0) return undefined;
  if (classCount === undefined) return undefined;
  const at = (number: number): Place => ({ output: 0, along: 'rows', at: number });
  return {
    family: 'yolov7-end2end',
    classCount,
    boxes: { ...at(1), form: 'corners' },
    scores: { kind: 'one-class', score: at(6), classId: at(5) },
    overlaps: false,
  };
}
