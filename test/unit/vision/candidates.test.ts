import { describe, expect, test } from 'vitest';
import { filterClasses, findCandidates } from '../../../core/vision/candidates.ts';
import { listLayouts } from '../../../core/vision/recognise-layout.ts';
import type { LayoutHints } from '../../../core/vision/seen-outputs.ts';

/** Its grids have 64 + 16 + 4 cells. */
const input = { width: 64, height: 64 };
const CELLS = 84;

type Rows = readonly (readonly number[])[];

/** A tensor of so many rows, of which the first are given. */
function tensor(rows: Rows, count = rows.length) {
  const columns = rows[0]?.length ?? 0;
  const data = new Float32Array(count * columns);
  data.set(rows.flat());
  return { data, dims: [1, count, columns] };
}

/** The same, a prediction a column. */
function columns(rows: Rows, count: number) {
  const { data, dims } = tensor(rows, count);
  const [, , width = 0] = dims;
  const turned = Float32Array.from(
    data,
    (_, at) => data[(at % count) * width + Math.floor(at / count)] as number,
  );
  return { data: turned, dims: [1, width, count] };
}

const list = (values: readonly number[]) => ({ data: Float32Array.from(values), dims: [1, values.length] });

type Outputs = Record<string, { data: Float32Array; dims: number[] }>;

/** What is found above 0.25, as a person reads it; `shape` decides the family unless `hints` do. */
function find(outputs: Outputs, hints: LayoutHints) {
  const seen = Object.entries(outputs).map(([name, { dims }]) => ({ name, shape: dims }));
  const [layout] = listLayouts(seen, input, hints);
  return { layout, found: findCandidates(Object.values(outputs), { layout, input }, 0.25) };
}

function describeFound(outputs: Outputs, hints: LayoutHints) {
  const { found } = find(outputs, hints);
  return Array.from({ length: found.count }, (_, index) => ({
    box: [...found.boxes.subarray(index * 4, index * 4 + 4)],
    score: found.scores[index],
    classId: found.classIds[index],
    prediction: found.predictions[index],
  }));
}

describe('candidates above the threshold', () => {
  test('of YOLOv8: the best class of each column', () => {
    const anchors = [
      //cx cy  w  h  class 0, 1
      [10, 20, 4, 6, 0.25, 0.125],
      [30, 40, 8, 2, 0.5, 0.75],
      [50, 60, 2, 2, 0.0, 0.25],
    ];
    expect(describeFound({ output0: columns(anchors, CELLS) }, { classCount: 2 })).toEqual([
      { box: [26, 39, 34, 41], score: 0.75, classId: 1, prediction: 1 },
    ]);
  });

  test('of YOLOv5: objectness times class', () => {
    const rows = [
      //cx cy  w  h  obj  class 0, 1
      [10, 20, 4, 6, 0.5, 0.5, 1.0],
      [30, 40, 8, 2, 0.5, 0.5, 0.25], // 0.25 is not above the threshold
      [50, 60, 2, 2, 0.125, 1.0, 1.0],
    ];
    expect(describeFound({ output0: tensor(rows, 3 * CELLS) }, { classCount: 2 })).toEqual([
      { box: [8, 17, 12, 23], score: 0.5, classId: 1, prediction: 0 },
    ]);
  });

  test('of YOLOv6: the same, a row a cell', () => {
    const rows = [[10, 20, 4, 6, 1, 0.5, 0.75]];
    expect(describeFound({ outputs: tensor(rows, CELLS) }, { classCount: 2 })).toEqual([
      { box: [8, 17, 12, 23], score: 0.75, classId: 1, prediction: 0 },
    ]);
  });

  test('of YOLOX: offsets from the cell, sizes as logarithms, in each of the grids', () => {
    const rows = Array.from({ length: CELLS }, () => [0, 0, 0, 0, 0, 0, 0]);
    // The second cell of the second row of stride 8; the last of stride 32.
    rows[9] = [0.5, 0.25, 0, Math.log(2), 0.5, 1, 0];
    rows[83] = [0.5, 0.5, 0, 0, 1, 0, 0.5];
    const found = describeFound({ output: tensor(rows) }, { classCount: 2, family: 'yolox' });
    expect(found).toMatchObject([
      { score: 0.5, classId: 0, prediction: 9 },
      { box: [32, 32, 64, 64], score: 0.5, classId: 1, prediction: 83 },
    ]);
    // Its centre is (1.5, 1.25) cells of 8 pixels, its size 8 x 16.
    expect(found[0]?.box).toEqual([8, 2, 16, 18].map((value) => expect.closeTo(value, 4)));
  });

  test('of an end-to-end head: corners, score and class as they stand', () => {
    const rows = [
      [1, 2, 3, 4, 0.5, 1],
      [5, 6, 7, 8, 0.25, 0],
      [0, 0, 0, 0, 0, 0],
    ];
    expect(describeFound({ output0: tensor(rows) }, { classCount: 2 })).toEqual([
      { box: [1, 2, 3, 4], score: 0.5, classId: 1, prediction: 0 },
    ]);
  });

  test('of YOLOv7 end-to-end: the class before the score', () => {
    const output = { data: Float32Array.of(0, 1, 2, 3, 4, 1, 0.5), dims: [1, 7] };
    expect(describeFound({ output }, { classCount: 2 })).toMatchObject([
      { box: [1, 2, 3, 4], score: 0.5, classId: 1 },
    ]);
  });

  test('of RF-DETR and D-FINE: shares of the input, logits, each class of a query for itself', () => {
    const boxes = tensor([
      [0.5, 0.5, 0.25, 0.5],
      [0.25, 0.25, 0.5, 0.5],
    ]);
    const logits = tensor([
      [0, 1, -5],
      [-5, -5, -5],
    ]);
    for (const outputs of [
      { dets: boxes, labels: logits },
      { logits, pred_boxes: boxes },
    ] as Outputs[]) {
      expect(describeFound(outputs, { classCount: 3 })).toEqual([
        { box: [24, 16, 40, 48], score: 0.5, classId: 0, prediction: 0 },
        {
          box: [24, 16, 40, 48],
          score: expect.closeTo(1 / (1 + Math.exp(-1)), 6),
          classId: 1,
          prediction: 0,
        },
      ]);
    }
  });

  test('of RF-DETR with the last class for the background, which is none', () => {
    const outputs = { dets: tensor([[0.5, 0.5, 0.25, 0.5]]), labels: tensor([[1, -5, 3]]) };
    expect(describeFound(outputs, { classCount: 2 })).toMatchObject([{ classId: 0 }]);
    expect(describeFound(outputs, {})).toMatchObject([{ classId: 0 }, { classId: 2 }]);
  });

  test('of RT-DETR in one output: shares of the input and scores', () => {
    const rows = [[0.5, 0.5, 0.25, 0.5, 0.125, 0.75, 0.5]];
    expect(describeFound({ output0: tensor(rows, 300) }, { classCount: 3 })).toEqual([
      { box: [24, 16, 40, 48], score: 0.75, classId: 1, prediction: 0 },
    ]);
    const six = [[0.5, 0.5, 0.25, 0.5, 0.75, 1]];
    expect(describeFound({ output0: tensor(six, 300) }, { classCount: 3, isRtDetr: true })).toMatchObject([
      { box: [24, 16, 40, 48], score: 0.75, classId: 1 },
    ]);
  });

  test('of lists, as far as the model says that they go', () => {
    const outputs: Outputs = {
      num_dets: list([1]),
      det_boxes: tensor([
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ]),
      det_scores: list([0.5, 0.9]),
      det_classes: list([1, 0]),
    };
    expect(describeFound(outputs, { classCount: 2 })).toEqual([
      { box: [1, 2, 3, 4], score: 0.5, classId: 1, prediction: 0 },
    ]);
    const { num_dets: _, ...all } = outputs;
    expect(describeFound(all, { classCount: 2 })).toHaveLength(2);
  });

  test('of the classes asked for', () => {
    const rows = [
      [1, 2, 3, 4, 0.5, 1],
      [5, 6, 7, 8, 0.75, 0],
    ];
    const found = filterClasses(find({ output0: tensor(rows) }, { classCount: 2 }).found, new Set([0]));
    expect(found.count).toBe(1);
    expect([...found.boxes]).toEqual([5, 6, 7, 8]);
    expect([...found.scores]).toEqual([0.75]);
    expect([...found.predictions]).toEqual([1]);
  });
});
