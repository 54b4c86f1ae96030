import { describe, expect, it } from 'vitest';
import { layOutGrid, stepFrom } from '../../../web/components/grid-layout.ts';
import { itemsThere } from '../../../web/components/items-there.ts';

const RATIOS = Array.from({ length: 1_000 }, (_, nth) => [4 / 3, 3 / 4, 16 / 9, 1, 9][nth % 5] as number);

describe('a grid of pictures', () => {
  it.each([328, 450, 628, 1_200, 2_500])('of %i pixels is filled, and nothing lies on another', (widthPx) => {
    const { tiles, rows } = layOutGrid(RATIOS, widthPx);
    expect(tiles).toHaveLength(RATIOS.length);
    expect(rows.at(-1)?.end).toBe(RATIOS.length);
    for (const [row, { first, end }] of rows.entries()) {
      const members = tiles.slice(first, end);
      expect(members.every((tile) => tile.row === row && tile.width > 0)).toBe(true);
      let right = 0;
      for (const { left, width } of members) {
        expect(left).toBeGreaterThanOrEqual(right);
        right = left + width;
      }
      expect(right).toBeLessThanOrEqual(widthPx);
      // As far as pictures may be stretched.
      if (row < rows.length - 1 && members.length > 3) expect(right).toBe(widthPx);
    }
  });

  it('has two columns on a phone, and as many as there is room for elsewhere', () => {
    const countOf = (widthPx: number) => {
      const { first = 0, end = 0 } = layOutGrid(Array(100).fill(4 / 3), widthPx).rows[0] ?? {};
      return end - first;
    };
    expect([328, 430, 628, 1_208, 2_512].map(countOf)).toEqual([2, 2, 2, 4, 8]);
  });

  it('keeps pictures of the last row in their own width', () => {
    expect(layOutGrid([1, 1], 1_200).tiles).toEqual([
      { row: 0, left: 0, width: 200 },
      { row: 0, left: 216, width: 200 },
    ]);
  });

  it('is gone through by keys, along and across its rows, and not out of it', () => {
    // Rows of two, the last of one.
    const layout = layOutGrid([1, 1, 1, 1, 1], 328);
    const steps: [number, string, number | undefined][] = [
      [0, 'ArrowRight', 1],
      [1, 'ArrowRight', 2],
      [0, 'ArrowLeft', undefined],
      [1, 'ArrowDown', 3],
      [3, 'ArrowDown', 4],
      [4, 'ArrowUp', 2],
      [4, 'ArrowDown', undefined],
      [0, 'ArrowUp', undefined],
      [2, 'Home', 0],
      [0, 'End', 4],
      [0, 'a', undefined],
    ];
    for (const [from, key, to] of steps) expect(stepFrom(layout, from, key), `${key} at ${from}`).toBe(to);
  });
});

describe('what is there of a long list', () => {
  it('is what is in view, both ends, and the focused one between its neighbours', () => {
    expect(itemsThere(1_000, { first: 500, end: 503 }, 20)).toEqual([0, 19, 20, 21, 500, 501, 502, 999]);
    expect(itemsThere(1_000, { first: 0, end: 2 }, 999)).toEqual([0, 1, 998, 999]);
    expect(itemsThere(3, { first: 0, end: 3 }, undefined)).toEqual([0, 1, 2]);
    expect(itemsThere(0, { first: 0, end: 0 }, undefined)).toEqual([]);
  });
});
