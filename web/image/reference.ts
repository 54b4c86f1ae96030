import type { Detection } from '../../client/index.ts';

/** The true size of an object, in centimetres. */
export type ReferenceSize =
  | { readonly diameterCm: number }
  | { readonly widthCm: number; readonly heightCm: number };

type Corner = readonly [number, number];

/**
 * The scale at which an object of known size is seen, by the area of its convex hull, as the service measures it: what
 * lies on a plate does not matter. Without a mask the shape that fits its box counts.
 */
export function scaleBy({ box, polygons }: Pick<Detection, 'box' | 'polygons'>, size: ReferenceSize): number {
  const isRound = 'diameterCm' in size;
  const boxArea = (box.x2 - box.x1) * (box.y2 - box.y1) * (isRound ? Math.PI / 4 : 1);
  const pixels = polygons.length > 0 ? areaOf(convexHull(polygons.flat())) : boxArea;
  const cm2 = isRound ? (Math.PI * size.diameterCm ** 2) / 4 : size.widthCm * size.heightCm;
  return Math.sqrt(pixels / cm2);
}

/** Andrew's monotone chain. */
function convexHull(corners: readonly Corner[]): Corner[] {
  const sorted = corners.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by);
  return [...half(sorted), ...half(sorted.toReversed())];
}

function half(corners: readonly Corner[]): Corner[] {
  const chain: Corner[] = [];
  for (const corner of corners) {
    while (chain.length > 1 && !turnsLeft(chain.at(-2) as Corner, chain.at(-1) as Corner, corner))
      chain.pop();
    chain.push(corner);
  }
  return chain.slice(0, -1);
}

const turnsLeft = ([ax, ay]: Corner, [bx, by]: Corner, [cx, cy]: Corner) =>
  (bx - ax) * (cy - ay) > (by - ay) * (cx - ax);

function areaOf(ring: readonly Corner[]): number {
  let twice = 0;
  for (const [index, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[(index + 1) % ring.length] as Corner;
    twice += x * nextY - nextX * y;
  }
  return Math.abs(twice) / 2;
}
