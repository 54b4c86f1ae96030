import { describe, expect, test } from 'vitest';
import { countAnchors } from '../../../core/vision/grid.ts';
import { listLayouts } from '../../../core/vision/recognise-layout.ts';
import {
  type LayoutHints,
  type SeenOutput,
  UnknownModelLayoutError,
} from '../../../core/vision/seen-outputs.ts';

const input = { width: 640, height: 640 };
const protos = [1, 32, 160, 160];

/** Outputs as ultralytics names them, or under names of their own. */
function seen(shapes: number[][] | Record<string, number[]>): SeenOutput[] {
  if (!Array.isArray(shapes)) return Object.entries(shapes).map(([name, shape]) => ({ name, shape }));
  return shapes.map((shape, index) => ({ name: `output${index}`, shape }));
}

function recognise(shapes: number[][] | Record<string, number[]>, hints: LayoutHints = {}, size = input) {
  const [{ family, classCount, masks }] = listLayouts(seen(shapes), size, hints);
  return { family, classCount, masks: masks?.kind };
}

describe('the family is told by the outputs', () => {
  test.each([
    ['YOLOv8 detect', [[1, 84, 8400]], 80, ['yolov8', undefined]],
    ['YOLOv8 segment', [[1, 116, 8400], protos], 80, ['yolov8', 'prototypes']],
    [
      'YOLOv9 with its auxiliary head',
      [
        [1, 84, 8400],
        [1, 84, 8400],
      ],
      80,
      ['yolov8', undefined],
    ],
    ['YOLOv5 detect', [[1, 25200, 85]], 80, ['yolov5', undefined]],
    ['YOLOv5 segment', [[1, 25200, 117], protos], 80, ['yolov5', 'prototypes']],
    ['YOLOv5 of one class', [[1, 25200, 6]], 1, ['yolov5', undefined]],
    ['end-to-end detect', [[1, 300, 6]], 80, ['yolo-end2end', undefined]],
    ['end-to-end of one class', [[1, 300, 6]], 1, ['yolo-end2end', undefined]],
    ['end-to-end segment', [protos, [1, 300, 38]], 80, ['yolo-end2end', 'prototypes']],
    ['YOLOv6', [[1, 8400, 85]], 80, ['yolov6', undefined]],
    ['YOLOv7 end-to-end', [[12, 7]], 80, ['yolov7-end2end', undefined]],
    ['RT-DETR in one output', [[1, 300, 84]], 80, ['rtdetr', undefined]],
    ['RF-DETR', { dets: [1, 300, 4], labels: [1, 300, 91] }, 91, ['detr', undefined]],
    ['RF-DETR of four classes', { labels: [1, 300, 4], dets: [1, 300, 4] }, 4, ['detr', undefined]],
    [
      'RF-DETR-Seg',
      { dets: [1, 100, 4], labels: [1, 100, 91], masks: [1, 100, 78, 78] },
      91,
      ['detr', 'drawn'],
    ],
    ['D-FINE', { logits: [1, 300, 80], pred_boxes: [1, 300, 4] }, 80, ['detr', undefined]],
    ['D-FINE, finished', { labels: [1, 300], boxes: [1, 300, 4], scores: [1, 300] }, 80, ['nms', undefined]],
    [
      'EfficientNMS',
      { num_dets: [1, 1], det_boxes: [1, 100, 4], det_scores: [1, 100], det_classes: [1, 100] },
      80,
      ['nms', undefined],
    ],
  ])('%s', (_, shapes, classCount, expected) => {
    expect(recognise(shapes, { classCount })).toEqual({
      family: expected[0],
      classCount,
      masks: expected[1],
    });
  });

  test('counts the classes itself where their names are not known', () => {
    expect(recognise([[1, 9, 8400]]).classCount).toBe(5);
    expect(recognise([[1, 25200, 8]]).classCount).toBe(3);
    expect(recognise({ dets: [1, 300, 4], labels: [1, 300, 91] }).classCount).toBe(91);
    expect(recognise([[1, 8400, 85]]).family).toBe('yolov6');
  });

  test('by strides of other heads: P2, P6, both, two levels', () => {
    expect(recognise([[1, 6, 34000]], { classCount: 2 }).family).toBe('yolov8');
    expect(recognise([[1, 6, 34100]], { classCount: 2 }).family).toBe('yolov8');
    const large = { width: 1280, height: 1280 };
    expect(recognise([[1, 102000, 85]], { classCount: 80 }, large).family).toBe('yolov5');
    expect(recognise([[1, 6000, 7]], { classCount: 2 }).family).toBe('yolov5');
  });

  test('at other sizes', () => {
    expect(countAnchors({ width: 320, height: 320 })).toBe(2100);
    expect(countAnchors({ width: 640, height: 384 })).toBe(5040);
    expect(recognise([[1, 84, 5040]], { classCount: 80 }, { width: 640, height: 384 }).family).toBe('yolov8');
  });

  test.each([
    ['a classifier', [[1, 1000]], 1000],
    ['another number of classes than names', [[1, 84, 8400]], 79],
    ['another input size', [[1, 84, 2100]], 80],
    ['end-to-end without class names', [[1, 300, 6]], undefined],
    [
      'two predictions',
      [
        [1, 84, 8400],
        [1, 64, 8400],
      ],
      80,
    ],
    ['YOLOv8 transposed', [[1, 8400, 82]], 78],
    ['YOLOX of unknown classes', [[1, 8400, 15]], undefined],
    ['lists without class names', { boxes: [1, 300, 4], scores: [1, 300], labels: [1, 300] }, undefined],
  ])('refuses %s', (_, shapes, classCount) => {
    expect(() => recognise(shapes, { classCount })).toThrow(UnknownModelLayoutError);
  });

  test('names the outputs seen and those known', () => {
    expect(() => recognise([[1, 1000]])).toThrow(
      /Seen at input 640 x 640: output0 \[1, 1000\].*Known: .*8400/,
    );
  });
});
