import { expect, test } from 'vitest';
import { paintLabelMap } from '../../../core/vision/label-map.ts';
import { maskOf } from './image-of-mask.ts';

const size = { width: 4, height: 2 };

test('numbers masks from 1 on, the first on top', () => {
  const { labels } = paintLabelMap([maskOf('.##.', '....'), undefined, maskOf('..##', '...#')], size);
  expect([...labels]).toEqual([0, 1, 1, 3, 0, 0, 0, 3]);
});

test('takes 16 bits a pixel where 8 do not suffice', () => {
  const masks = Array.from({ length: 256 }, () => maskOf('#...', '....'));
  masks[255] = maskOf('...#', '....');
  const { labels } = paintLabelMap(masks, size);
  expect(labels).toBeInstanceOf(Uint16Array);
  expect(labels[3]).toBe(256);
});
