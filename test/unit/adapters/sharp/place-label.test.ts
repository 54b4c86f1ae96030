import { expect, it } from 'vitest';
import { placeLabel } from '../../../../core/adapters/sharp/place-label.ts';
import type { Box } from '../../../../core/vision/geometry.ts';

const image = { width: 200, height: 100 };
const label = { width: 40, height: 10 };

it('a label stands above its box at the left, and within it at the upper edge of the image', () => {
  const place = (box: Box) => placeLabel(label, { box, image, taken: [] });
  expect(place({ x1: 50, y1: 30, x2: 120, y2: 80 })).toEqual({ x1: 50, y1: 20, x2: 90, y2: 30 });
  expect(place({ x1: 50, y1: 4, x2: 120, y2: 80 })).toMatchObject({ y1: 4 });
  expect(place({ x1: 190, y1: 30, x2: 199, y2: 80 })).toMatchObject({ x1: 160, x2: 200 });
});

it('labels of things that stand close together do not lie on one another', () => {
  const boxes = [0, 12, 24, 36].map((x) => ({ x1: 60 + x, y1: 40, x2: 100 + x, y2: 80 }));
  const taken: Box[] = [];
  for (const box of boxes) taken.push(placeLabel(label, { box, image, taken }));
  for (const [index, one] of taken.entries())
    for (const other of taken.slice(index + 1)) {
      const isApart = one.x2 <= other.x1 || other.x2 <= one.x1 || one.y2 <= other.y1 || other.y2 <= one.y1;
      expect(isApart, JSON.stringify([one, other])).toBe(true);
    }
});

it('where there is no room the label covers as little as it can, and stays within the image', () => {
  const full = { x1: 0, y1: 0, x2: 200, y2: 100 };
  const place = placeLabel(label, { box: full, image, taken: [{ x1: 0, y1: 0, x2: 200, y2: 90 }] });
  expect(place).toEqual({ x1: 0, y1: 90, x2: 40, y2: 100 });
  expect(placeLabel({ width: 300, height: 200 }, { box: full, image, taken: [] })).toMatchObject({
    x1: 0,
    y1: 0,
  });
});
