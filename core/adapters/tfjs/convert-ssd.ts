import { createLayerConverter } from './convert-layers.ts';
import { createOnnxGraph, type OnnxGraph } from './onnx-graph.ts';
import { readTfjs, type TfjsModel } from './read-tfjs.ts';

/** What of a single-shot detector of TensorFlow's object detection API is asked for. */
export interface SsdDescription {
  /** Side of the input in pixels. */
  readonly side: number;
  /** Numbers of scores, of which the first is the background's. */
  readonly scoreCount: number;
  /** Which scores are classes, and their names. */
  readonly classes: readonly { readonly score: number; readonly name: string }[];
  readonly licence: string;
}

/** Levels of the pyramid that boxes are predicted on. */
const LEVELS = [0, 1, 2, 3, 4, 5];
/** Boxes are offsets from anchors, in tenths and fifths of their sides. */
const CENTRE_VARIANCE = 0.1;
const SIZE_VARIANCE = 0.2;
/** The detection API's own suppression for this network. */
const SAME_OBJECT_OVERLAP = 0.6;
const MOST_OF_A_CLASS = 50;
const LEAST_SCORE = 0.05;
const ROWS = 100;
/** As it was trained: its input is square whatever the image is. */
const STRETCHED = JSON.stringify({ fit: 'stretch' });

/**
 * Converts an SSD with a MobileNet from TensorFlow.js to ONNX: `images` [1, 3, side, side] of 0 to 1, `output0`
 * [1, 100, 6] of corners in pixels, score and class, overlaps suppressed inside.
 * @param folder with `model.json` and the weights it names.
 */
export function convertSsd(
  folder: string,
  { side, scoreCount, classes, licence }: SsdDescription,
): Uint8Array {
  const model = readTfjs(folder);
  const graph = createOnnxGraph();
  // The network takes -1 to 1.
  const centred = graph.add('Sub', [graph.add('Mul', ['images', graph.floats([2])]), graph.floats([1])]);
  const convert = createLayerConverter(model, graph, { 'Preprocessor/sub': centred });
  const head = (predictor: string, numbers: number) =>
    graph.add(
      'Concat',
      LEVELS.map((level) => {
        const last = convert(`BoxPredictor_${level}/${predictor}/BiasAdd`);
        const turned = graph.add('Transpose', [last], { perm: [0, 2, 3, 1] });
        return graph.add('Reshape', [turned, graph.integers([1, -1, numbers])]);
      }),
      { axis: 1 },
    );
  const boxes = decodeBoxes(graph, head('BoxEncodingPredictor', 4), readAnchors(model, side));
  const scores = graph.add('Sigmoid', [head('ClassPredictor', scoreCount)]);
  const chosen = graph.integers(classes.map(({ score }) => score));
  const byClass = graph.add('Transpose', [graph.add('Gather', [scores, chosen], { axis: 2 })], {
    perm: [0, 2, 1],
  });
  graph.output(suppress(graph, boxes, byClass), 'output0');
  const names = JSON.stringify(Object.fromEntries(classes.map(({ name }, index) => [index, name])));
  return graph.write(
    { name: 'images', dims: [1, 3, side, side] },
    { name: 'output0', dims: [1, ROWS, 6] },
    {
      names,
      task: 'detect',
      end2end: 'True',
      imgsz: `[${side}, ${side}]`,
      license: licence,
      preprocessing: STRETCHED,
    },
  );
}

interface Anchors {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly width: Float32Array;
  readonly height: Float32Array;
}

/** The anchors' centres and sizes in pixels; the graph holds their corners as shares, y first. */
function readAnchors({ weights }: TfjsModel, side: number): Anchors {
  const corners = weights.get('Postprocessor/ExpandDims')?.values ?? new Float32Array();
  const of = (value: (y1: number, x1: number, y2: number, x2: number) => number) =>
    Float32Array.from({ length: corners.length / 4 }, (_, anchor) => {
      const [y1 = 0, x1 = 0, y2 = 0, x2 = 0] = corners.subarray(anchor * 4, anchor * 4 + 4);
      return value(y1, x1, y2, x2) * side;
    });
  return {
    x: of((_y1, x1, _y2, x2) => (x1 + x2) / 2),
    y: of((y1, _x1, y2) => (y1 + y2) / 2),
    width: of((_y1, x1, _y2, x2) => x2 - x1),
    height: of((y1, _x1, y2) => y2 - y1),
  };
}

/** @returns `[1, anchors, 4]`: centre and size in pixels. */
function decodeBoxes(graph: OnnxGraph, offsets: string, { x, y, width, height }: Anchors): string {
  const column = (values: Float32Array) => graph.floats(values, [1, values.length, 1]);
  const [dy = '', dx = '', dh = '', dw = ''] = graph.addNode(
    'Split',
    [offsets, graph.integers([1, 1, 1, 1])],
    {
      outputs: 4,
      axis: 2,
    },
  );
  const centre = (offset: string, size: Float32Array, from: Float32Array) =>
    graph.add('Add', [
      graph.add('Mul', [offset, column(size.map((value) => value * CENTRE_VARIANCE))]),
      column(from),
    ]);
  const extent = (offset: string, size: Float32Array) => {
    const scaled = graph.add('Mul', [offset, graph.floats([SIZE_VARIANCE])]);
    return graph.add('Mul', [graph.add('Exp', [scaled]), column(size)]);
  };
  const parts = [centre(dx, width, x), centre(dy, height, y), extent(dw, width), extent(dh, height)];
  return graph.add('Concat', parts, { axis: 2 });
}

/** The surest rows of corners, score and class; where there are fewer, zeros. */
function suppress(graph: OnnxGraph, boxes: string, scores: string): string {
  const kept = graph.add(
    'NonMaxSuppression',
    [
      ...[boxes, scores, graph.integers([MOST_OF_A_CLASS])],
      ...[graph.floats([SAME_OBJECT_OVERLAP], [1]), graph.floats([LEAST_SCORE], [1])],
    ],
    { center_point_box: 1 },
  );
  const [, classId = '', index = ''] = graph.addNode('Split', [kept, graph.integers([1, 1, 1])], {
    outputs: 3,
    axis: 1,
  });
  const score = graph.add('GatherND', [
    graph.add('Squeeze', [scores, graph.integers([0])]),
    graph.add('Concat', [classId, index], { axis: 1 }),
  ]);
  const box = graph.add('GatherND', [graph.add('Squeeze', [boxes, graph.integers([0])]), index]);
  const [centre = '', size = ''] = graph.addNode('Split', [box, graph.integers([2, 2])], {
    outputs: 2,
    axis: 1,
  });
  const half = graph.add('Mul', [size, graph.floats([0.5])]);
  const rows = graph.add(
    'Concat',
    [
      ...[graph.add('Sub', [centre, half]), graph.add('Add', [centre, half])],
      ...[graph.add('Unsqueeze', [score, graph.integers([1])]), graph.add('Cast', [classId], { to: 1 })],
    ],
    { axis: 1 },
  );
  const padded = graph.add('Concat', [rows, graph.floats(new Float32Array(ROWS * 6), [ROWS, 6])], {
    axis: 0,
  });
  const ofScores = graph.add('Gather', [padded, graph.integers([4], [])], { axis: 1 });
  const [, surest = ''] = graph.addNode('TopK', [ofScores, graph.integers([ROWS])], { outputs: 2, axis: 0 });
  return graph.add('Unsqueeze', [graph.add('Gather', [padded, surest], { axis: 0 }), graph.integers([0])]);
}
