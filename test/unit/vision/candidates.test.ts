import { describe, expect, test } from 'vitest';
import { filterClasses, findCandidates } from '../../../core/vision/candidates.ts';
import type { ModelLayout } from '../../../core/vision/model-layout.ts';

/** Two classes, one mask coefficient. */
const layout = (predictions: ModelLayout['predictions']): ModelLayout => ({
  predictions,
  classCount: 2,
  maskCount: 1,
});

/** Written as a person reads it: one row a prediction. */
const transpose = (rows: number[][]) =>
  (rows[0] as number[]).map((_, column) => rows.map((row) => row[column] as number));

const tensor = (rows: number[][]) => ({
  data: Float32Array.from(rows.flat()),
  dims: [1, rows.length, (rows[0] as number[]).length],
});

describe('candidates above the threshold', () => {
  test('of YOLOv8: the best class of each column', () => {
    const anchors = [
      //cx cy  w  h  class 0, 1    mask
      [10, 20, 4, 6, 0.25, 0.125, 7],
      [30, 40, 8, 2, 0.5, 0.75, 9],
      [50, 60, 2, 2, 0.0, 0.25, 11],
    ];
    const found = findCandidates(tensor(transpose(anchors)), layout('anchors-last'), 0.25);
    expect(found.count).toBe(1);
    expect([...found.boxes]).toEqual([26, 39, 34, 41]);
    expect([...found.scores]).toEqual([0.75]);
    expect([...found.classIds]).toEqual([1]);
    expect([...found.coefficientOffsets]).toEqual([6 * 3 + 1]);
    expect(found.coefficientStride).toBe(3);
  });

  test('of YOLOv5: objectness times class', () => {
    const rows = [
      //cx cy  w  h  obj  class 0, 1  mask
      [10, 20, 4, 6, 0.5, 0.5, 1.0, 7],
      [30, 40, 8, 2, 0.5, 0.5, 0.25, 9], // 0.25 is not above the threshold
      [50, 60, 2, 2, 0.125, 1.0, 1.0, 11],
    ];
    const found = findCandidates(tensor(rows), layout('anchors-first'), 0.25);
    expect([...found.boxes]).toEqual([8, 17, 12, 23]);
    expect([...found.scores]).toEqual([0.5]);
    expect([...found.classIds]).toEqual([1]);
    expect([...found.coefficientOffsets]).toEqual([7]);
    expect(found.coefficientStride).toBe(1);
  });

  test('of an end-to-end head: corners, score and class as they stand', () => {
    const rows = [
      [1, 2, 3, 4, 0.5, 1, 7],
      [5, 6, 7, 8, 0.25, 0, 9],
      [0, 0, 0, 0, 0, 0, 0],
    ];
    const found = findCandidates(tensor(rows), layout('end-to-end'), 0.25);
    expect([...found.boxes]).toEqual([1, 2, 3, 4]);
    expect([...found.classIds]).toEqual([1]);
    expect([...found.coefficientOffsets]).toEqual([6]);
  });

  test('of the classes asked for', () => {
    const rows = [
      [1, 2, 3, 4, 0.5, 1, 7],
      [5, 6, 7, 8, 0.75, 0, 9],
    ];
    const found = filterClasses(findCandidates(tensor(rows), layout('end-to-end'), 0.25), new Set([0]));
    expect(found.count).toBe(1);
    expect([...found.boxes]).toEqual([5, 6, 7, 8]);
    expect([...found.scores]).toEqual([0.75]);
    expect([...found.coefficientOffsets]).toEqual([13]);
  });
});
