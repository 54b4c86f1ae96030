import { describe, expect, test } from 'vitest';
import { countAnchors, recogniseLayout, UnknownModelLayoutError } from '../../../core/vision/model-layout.ts';

const input = { width: 640, height: 640 };
const protos = [1, 32, 160, 160];

describe('the family is told by the shapes of the outputs', () => {
  test.each([
    ['YOLOv8 detect', [[1, 84, 8400]], 80, { predictions: 'anchors-last', classCount: 80, maskCount: 0 }],
    [
      'YOLOv8 segment',
      [[1, 116, 8400], protos],
      80,
      { predictions: 'anchors-last', classCount: 80, maskCount: 32 },
    ],
    ['YOLOv5 detect', [[1, 25200, 85]], 80, { predictions: 'anchors-first', classCount: 80, maskCount: 0 }],
    [
      'YOLOv5 segment',
      [[1, 25200, 117], protos],
      80,
      { predictions: 'anchors-first', classCount: 80, maskCount: 32 },
    ],
    [
      'YOLOv5 of one class',
      [[1, 25200, 6]],
      1,
      { predictions: 'anchors-first', classCount: 1, maskCount: 0 },
    ],
    ['end-to-end detect', [[1, 300, 6]], 80, { predictions: 'end-to-end', classCount: 80, maskCount: 0 }],
    ['end-to-end of one class', [[1, 300, 6]], 1, { predictions: 'end-to-end', classCount: 1, maskCount: 0 }],
    [
      'end-to-end segment',
      [protos, [1, 300, 38]],
      80,
      { predictions: 'end-to-end', classCount: 80, maskCount: 32 },
    ],
  ])('%s', (_, shapes, classCount, expected) => {
    expect(recogniseLayout(shapes, input, { classCount })).toEqual(expected);
  });

  test('counts the classes itself where their names are not known', () => {
    expect(recogniseLayout([[1, 9, 8400]], input).classCount).toBe(5);
    expect(recogniseLayout([[1, 25200, 8]], input).classCount).toBe(3);
  });

  test('at other sizes', () => {
    expect(countAnchors({ width: 320, height: 320 })).toBe(2100);
    expect(countAnchors({ width: 640, height: 384 })).toBe(5040);
    expect(
      recogniseLayout([[1, 84, 5040]], { width: 640, height: 384 }, { classCount: 80 }).predictions,
    ).toBe('anchors-last');
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
        [1, 84, 8400],
      ],
      80,
    ],
  ])('refuses %s', (_, shapes, classCount) => {
    expect(() => recogniseLayout(shapes, input, { classCount })).toThrow(UnknownModelLayoutError);
  });

  test('names the shapes seen and those known', () => {
    expect(() => recogniseLayout([[1, 1000]], input)).toThrow(
      /Seen at input 640 x 640: \[1, 1000\].*Known: .*8400/,
    );
  });
});
