import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Detection } from '../../../core/vision/detection.ts';
import type { Box } from '../../../core/vision/geometry.ts';
import { mergeViews } from '../../../core/vision/merge-views.ts';
import { countPixels, type RunMask, RunWriter } from '../../../core/vision/run-mask.ts';
import { planTiles } from '../../../core/vision/tiles.ts';

const box = (x1: number, y1: number, x2: number, y2: number): Box => ({ x1, y1, x2, y2 });

function filled(area: Box, size: { width: number; height: number }): RunMask {
  const writer = new RunWriter();
  for (let x = area.x1; x < area.x2; x++) writer.add(x * size.height + area.y1, x * size.height + area.y2);
  return writer.finish(size);
}

describe('tiles', () => {
  test('cover every pixel, share at least the overlap and stay inside', () => {
    const side = fc.integer({ min: 1, max: 3000 });
    const overlap = fc.double({ min: 0, max: 0.8, noNaN: true });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 64, max: 900 }), overlap, (width, height, size, share) => {
        const tiles = planTiles({ width, height }, { size, overlap: share });
        const columns = [...new Set(tiles.map(({ x1 }) => x1))].sort((a, b) => a - b);
        const isWrong = ({ x1, x2, y2 }: Box) =>
          x2 - x1 !== Math.min(size, width) || x2 > width || y2 > height;
        expect(tiles.filter(isWrong)).toEqual([]);
        expect(columns[0]).toBe(0);
        expect(tiles.some(({ x2, y2 }) => x2 === width && y2 === height)).toBe(true);
        for (const [index, x] of columns.slice(1).entries()) {
          expect(x - (columns[index] as number)).toBeLessThanOrEqual(Math.ceil(size * (1 - share)));
        }
      }),
    );
  });
});

describe('what several views saw', () => {
  const image = { width: 20, height: 10 };
  const options = { maxDetections: 300, classAgnostic: false };
  const left = box(0, 0, 12, 10);
  const right = box(8, 0, 20, 10);
  const seen = (area: Box, confidence: number, classId = 0): Detection => ({
    classId,
    confidence,
    box: area,
  });

  test('is one object where two tiles saw it whole: the more confident sighting stands', () => {
    const merged = mergeViews(
      [
        { area: left, detections: [seen(box(8, 3, 11, 6), 0.6)] },
        { area: right, detections: [seen(box(0, 3, 3, 6), 0.8)] }, // the same place, in pixels of its tile
      ],
      image,
      options,
    );
    expect(merged).toEqual([seen(box(8, 3, 11, 6), 0.8)]);
  });

  test('is each of a crowd once: its members are many, and few touch', () => {
    const size = { width: 3000, height: 2000 };
    const members: Box[] = [];
    for (let x = 10; x < size.width - 30; x += 80)
      for (let y = 10; y < size.height - 30; y += 80) members.push(box(x, y, x + 30, y + 30));
    const tiles = planTiles(size, { size: 640, overlap: 0.2 });
    const views = [box(0, 0, size.width, size.height), ...tiles].map((area, view) => {
      const inView = members
        .map(({ x1, y1, x2, y2 }) =>
          box(
            Math.max(x1, area.x1) - area.x1,
            Math.max(y1, area.y1) - area.y1,
            Math.min(x2, area.x2) - area.x1,
            Math.min(y2, area.y2) - area.y1,
          ),
        )
        .filter(({ x1, y1, x2, y2 }) => x2 - x1 > 2 && y2 - y1 > 2);
      const tile = { width: area.x2 - area.x1, height: area.y2 - area.y1 };
      const drawn = inView.map((each) => ({ ...seen(each, 0.5), mask: filled(each, tile) }));
      // They are too small for the view of everything.
      return { area, detections: view === 0 ? [] : drawn };
    });
    const merged = mergeViews(views, size, { ...options, maxDetections: 3000 });
    const places = (all: readonly Box[]) => all.map(({ x1, y1, x2, y2 }) => [x1, y1, x2, y2].join()).sort();
    expect(places(merged.map((each) => each.box))).toEqual(places(members));
    expect(merged.every(({ mask }) => mask && countPixels(mask) === 900)).toBe(true);
  });

  test('is not doubled by a tile that draws a part of it once more, unless the whole view tells the two apart', () => {
    const drawn = (area: Box, confidence: number, size: { width: number; height: number }) => ({
      ...seen(area, confidence),
      mask: filled(area, size),
    });
    const tile = { width: 12, height: 10 };
    const large = box(1, 1, 9, 9);
    const part = box(2, 2, 8, 5);
    const inTile = { area: left, detections: [drawn(large, 0.8, tile), drawn(part, 0.5, tile)] };
    const wholeView = (...areas: Box[]) => ({
      area: box(0, 0, 20, 10),
      detections: areas.map((area) => drawn(area, 0.6, image)),
    });
    expect(mergeViews([wholeView(large), inTile], image, options)).toHaveLength(1);
    expect(mergeViews([wholeView(large, part), inTile], image, options)).toHaveLength(2);
  });

  test('is put together from its parts where a seam cuts it', () => {
    const tile = { width: 12, height: 10 };
    const parts = [
      { area: left, detections: [{ ...seen(box(4, 2, 12, 8), 0.7), mask: filled(box(4, 2, 12, 8), tile) }] },
      { area: right, detections: [{ ...seen(box(0, 2, 8, 8), 0.9), mask: filled(box(0, 2, 8, 8), tile) }] },
    ];
    const [merged, ...rest] = mergeViews(parts, image, options);
    expect(rest).toEqual([]);
    expect(merged).toMatchObject({ confidence: 0.9, box: box(4, 2, 16, 8) });
    expect(countPixels(merged?.mask as RunMask)).toBe(12 * 6);
  });

  test('is taken whole from the view that saw it whole, whatever a part was taken for', () => {
    const merged = mergeViews(
      [
        { area: box(0, 0, 20, 10), detections: [seen(box(4, 2, 16, 8), 0.5, 1)] },
        { area: left, detections: [seen(box(4, 2, 12, 8), 0.9, 2)] },
      ],
      image,
      options,
    );
    expect(merged).toEqual([seen(box(4, 2, 16, 8), 0.5, 1)]);
  });

  test('stays apart where a small object lies before a large one', () => {
    const merged = mergeViews(
      [
        { area: box(0, 0, 20, 10), detections: [seen(box(0, 0, 20, 10), 0.5)] },
        { area: left, detections: [seen(box(4, 4, 6, 6), 0.9)] },
      ],
      image,
      options,
    );
    expect(merged.map(({ confidence }) => confidence)).toEqual([0.9, 0.5]);
  });

  test('stays apart for different classes, unless told otherwise', () => {
    const wide = { width: 40, height: 10 };
    const views = [
      { area: box(0, 0, 24, 10), detections: [seen(box(19, 3, 21, 6), 0.6, 1)] },
      { area: box(16, 0, 40, 10), detections: [seen(box(3, 3, 5, 6), 0.8, 2)] },
    ];
    expect(mergeViews(views, wide, options)).toHaveLength(2);
    expect(mergeViews(views, wide, { ...options, classAgnostic: true })).toHaveLength(1);
    expect(mergeViews(views, wide, { ...options, maxDetections: 1 })).toHaveLength(1);
  });
});
