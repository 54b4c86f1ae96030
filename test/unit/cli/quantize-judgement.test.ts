import { describe, expect, test } from 'vitest';
import { compareResults } from '../../../cli/models/compare-models.ts';
import { findFaults } from '../../../cli/models/judge-agreement.ts';
import { AppliedOptions, PRODUCT_DEFAULTS } from '../../../core/contracts/analysis-options.ts';
import type { DetectionDocument, ResultDocument } from '../../../core/contracts/result-document.ts';
import { encodeRle } from '../../../core/vision/coco-rle.ts';
import { maskOf } from '../vision/image-of-mask.ts';

const object = (mask: string[] | undefined, changes: Partial<DetectionDocument> = {}): DetectionDocument => ({
  class: 'plate',
  classId: 0,
  confidence: 0.9,
  box: { x1: 0, y1: 0, x2: 4, y2: 2 },
  mask: mask === undefined ? null : encodeRle(maskOf(...mask)),
  polygons: [],
  area: { pixels: 0, share: 0, cm2: null },
  ...changes,
});

const documentOf = (...detections: DetectionDocument[]): ResultDocument => ({
  image: { id: 'x', sha256: 'x', width: 4, height: 2 },
  model: { id: 'm', version: '1', sha256: 'x' },
  options: AppliedOptions.parse(PRODUCT_DEFAULTS),
  detections,
  summary: [],
  timing: { decodeMs: 0, inferMs: 0, postMs: 0 },
});

describe('agreement of two models', () => {
  test('is the mean overlap of the masks of what both found', () => {
    const first = documentOf(object(['####', '....']), object(['####', '####'], { classId: 1 }));
    const second = documentOf(object(['##..', '....']), object(['####', '####'], { classId: 2 }));
    expect(compareResults([[first, second]])).toEqual({ wanted: 2, found: 1, meanOverlap: 0.5 });
  });

  test('is that of the boxes where there are no masks', () => {
    const second = documentOf(object(undefined, { box: { x1: 0, y1: 0, x2: 3, y2: 2 } }));
    expect(compareResults([[documentOf(object(undefined)), second]])).toMatchObject({ meanOverlap: 0.75 });
  });

  test('leaves out what is uncertain', () => {
    const unsure = documentOf(object(undefined, { confidence: 0.3 }));
    expect(compareResults([[unsure, documentOf()]])).toMatchObject({ wanted: 0 });
  });
});

test.each([
  [{ wanted: 100, found: 98, meanOverlap: 0.93 }, []],
  [{ wanted: 100, found: 97, meanOverlap: 0.95 }, ['it loses more than 2 % of the objects']],
  [{ wanted: 100, found: 100, meanOverlap: 0.92 }, ['its masks overlap by less than 0.93']],
  [{ wanted: 0, found: 0, meanOverlap: 0 }, [expect.stringContaining('no object')]],
])('%o has the faults %o', (agreement, faults) => {
  expect(findFaults(agreement)).toEqual(faults);
});
