import type { Box, Size } from '../../vision/geometry.ts';

interface Surroundings {
  /** Of the thing that the label names. */
  readonly box: Box;
  readonly image: Size;
  /** Where labels are already. */
  readonly taken: readonly Box[];
}

/**
 * Where a label goes: above its box at the left, else at another corner of it, above, within or below; the first place
 * within the image that is free, or the one that covers the least of other labels.
 */
export function placeLabel(label: Size, { box, image, taken }: Surroundings): Box {
  const within = (value: number, most: number) => Math.max(0, Math.min(value, most));
  const lefts = [box.x1, box.x2 - label.width];
  const tops = [box.y1 - label.height, box.y1, box.y2 - label.height, box.y2];
  const places = tops
    .filter((top) => top >= 0 && top + label.height <= image.height)
    .flatMap((top) => lefts.map((left) => [within(left, image.width - label.width), top] as const));
  // A box may be smaller than its label, and as small as the image.
  const all = places.length > 0 ? places : [[within(box.x1, image.width - label.width), 0] as const];
  const candidates = all.map(([x1, y1]) => ({ x1, y1, x2: x1 + label.width, y2: y1 + label.height }));
  const covered = candidates.map((place) => taken.reduce((sum, other) => sum + sharedArea(place, other), 0));
  return candidates[covered.indexOf(Math.min(...covered))] as Box;
}

const sharedArea = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1)) *
  Math.max(0, Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1));
