import { convexHull, type Point } from './convex-hull.ts';
import type { Detection } from './detection.ts';
import type { Box } from './geometry.ts';
import { forEachSpan } from './run-mask.ts';

/** The true size of an object, in centimetres. */
export type ReferenceSize =
  | { readonly diameterCm: number }
  | { readonly widthCm: number; readonly heightCm: number };

export interface Scale {
  readonly pixelsPerCm: number;
  /** How far `pixelsPerCm` may be off either way, as a share of it. */
  readonly uncertainty: number;
}

/** An outline is known to about this much, in pixels. */
const EDGE_PIXELS = 1;

/**
 * The scale at which a detection shows an object of known size. Measured twice, by the area and by the
 * longest extent of its convex hull (what lies on a plate or hides a part of a coin's middle does not
 * matter); the stated uncertainty holds how far the two disagree (a tilted or half hidden object) and a
 * pixel at either edge.
 */
export function measureScale(detection: Detection, size: ReferenceSize): Scale | undefined {
  const hull = convexHull(outlineOf(detection, size));
  const hullArea = polygonArea(hull);
  const longest = longestExtent(hull);
  if (hullArea === 0) return undefined;
  const byArea = Math.sqrt(hullArea / trueArea(size));
  const byExtent = longest / trueExtent(size);
  const disagreement = Math.abs(byArea - byExtent) / byArea;
  return { pixelsPerCm: byArea, uncertainty: Math.hypot(disagreement, (2 * EDGE_PIXELS) / longest) };
}

/** Corner points of the mask's spans; of a detection without a mask the shape that fits its box. */
function outlineOf({ box, mask }: Detection, size: ReferenceSize): Point[] {
  if (mask === undefined) return 'diameterCm' in size ? ellipseIn(box) : cornersOf(box);
  const points: Point[] = [];
  forEachSpan(mask, (x, y1, y2) => points.push([x, y1], [x + 1, y1], [x, y2], [x + 1, y2]));
  return points;
}

const cornersOf = ({ x1, y1, x2, y2 }: Box): Point[] => [
  [x1, y1],
  [x2, y1],
  [x2, y2],
  [x1, y2],
];

function ellipseIn({ x1, y1, x2, y2 }: Box): Point[] {
  return Array.from({ length: 128 }, (_, index) => {
    const angle = (index / 128) * 2 * Math.PI;
    return [
      (x1 + x2) / 2 + (Math.cos(angle) * (x2 - x1)) / 2,
      (y1 + y2) / 2 + (Math.sin(angle) * (y2 - y1)) / 2,
    ];
  });
}

const trueArea = (size: ReferenceSize) =>
  'diameterCm' in size ? (Math.PI * size.diameterCm ** 2) / 4 : size.widthCm * size.heightCm;

const trueExtent = (size: ReferenceSize) =>
  'diameterCm' in size ? size.diameterCm : Math.hypot(size.widthCm, size.heightCm);

function polygonArea(points: readonly Point[]): number {
  let twice = 0;
  points.forEach(([x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length] as Point;
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

function longestExtent(hull: readonly Point[]): number {
  let longest = 0;
  for (const [ax, ay] of hull) {
    for (const [bx, by] of hull) longest = Math.max(longest, Math.hypot(ax - bx, ay - by));
  }
  return longest;
}
