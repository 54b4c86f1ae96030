/** In whole pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Corners in pixels: `x1, y1` top left, `x2, y2` bottom right, both on pixel edges. */
export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Python's `round`: halves go to the even neighbour. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  const isDown = rest < 0.5 || (rest === 0.5 && floor % 2 === 0);
  return isDown ? floor : floor + 1;
}

export const boxArea = ({ x1, y1, x2, y2 }: Box): number => Math.max(0, x2 - x1) * Math.max(0, y2 - y1);

export const intersectBoxes = (a: Box, b: Box): Box => ({
  x1: Math.max(a.x1, b.x1),
  y1: Math.max(a.y1, b.y1),
  x2: Math.min(a.x2, b.x2),
  y2: Math.min(a.y2, b.y2),
});

export const doTouch = (a: Box, b: Box): boolean => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;

export const uniteBoxes = (a: Box, b: Box): Box => ({
  x1: Math.min(a.x1, b.x1),
  y1: Math.min(a.y1, b.y1),
  x2: Math.max(a.x2, b.x2),
  y2: Math.max(a.y2, b.y2),
});

/** Intersection over union, 0 for boxes without area. */
export function boxOverlap(a: Box, b: Box): number {
  const shared = boxArea(intersectBoxes(a, b));
  return shared === 0 ? 0 : shared / (boxArea(a) + boxArea(b) - shared);
}
