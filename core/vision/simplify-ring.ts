import type { Ring } from './trace-polygons.ts';

/**
 * Drops corners that lie within `tolerance` pixels of the simplified outline (Douglas-Peucker on a closed
 * ring, split at its first corner and the corner farthest from it). A ring that would lose its area stays.
 */
export function simplifyRing(ring: Ring, tolerance: number): Ring {
  if (tolerance === 0 || ring.length < 5) return ring;
  const farthest = farthestFrom(ring, 0);
  const kept = new Uint8Array(ring.length);
  kept[0] = 1;
  kept[farthest] = 1;
  markCorners(ring, kept, { first: 0, last: farthest, tolerance });
  markCorners(ring, kept, { first: farthest, last: ring.length, tolerance });
  const simplified = ring.filter((_, index) => kept[index]);
  return simplified.length < 3 ? ring : simplified;
}

/** Area inside (shoelace): positive for outer rings (clockwise on the screen), in px². */
export function ringArea(ring: Ring): number {
  let twice = 0;
  ring.forEach(([x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] as [number, number];
    twice += x * nextY - nextX * y;
  });
  return twice / 2;
}

function farthestFrom(ring: Ring, origin: number): number {
  const [x, y] = ring[origin] as [number, number];
  let farthest = 0;
  let most = -1;
  ring.forEach((corner, index) => {
    const distance = (corner[0] - x) ** 2 + (corner[1] - y) ** 2;
    if (distance > most) {
      most = distance;
      farthest = index;
    }
  });
  return farthest;
}

/** Marks what must stay between two kept corners; `last` may be `ring.length`, which is the first again. */
function markCorners(
  ring: Ring,
  kept: Uint8Array,
  { first, last, tolerance }: { first: number; last: number; tolerance: number },
): void {
  const pending = [[first, last] as const];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    const [start, end] = part;
    const distanceTo = measureDistance(
      ring[start] as [number, number],
      ring[end % ring.length] as [number, number],
    );
    let farthest = start;
    let most = tolerance;
    for (let index = start + 1; index < end; index++) {
      const distance = distanceTo(ring[index] as [number, number]);
      if (distance > most) {
        most = distance;
        farthest = index;
      }
    }
    if (farthest === start) continue;
    kept[farthest] = 1;
    pending.push([start, farthest], [farthest, end]);
  }
}

/** Distance to the segment from `a` to `b`. */
function measureDistance(a: readonly [number, number], b: readonly [number, number]) {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const squared = dx * dx + dy * dy;
  return ([x, y]: readonly [number, number]): number => {
    const along = squared === 0 ? 0 : ((x - a[0]) * dx + (y - a[1]) * dy) / squared;
    const t = Math.min(1, Math.max(0, along));
    return Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy);
  };
}
