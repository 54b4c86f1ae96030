import type { Ring } from './trace-polygons.ts';

/**
 * Drops corners that lie within `tolerance` pixels of the simplified outline (Douglas-Peucker on a closed
 * ring, split at its first corner and the corner farthest from it). A ring that would lose its area stays.
 */
export function simplifyRing(ring: Ring, tolerance: number): Ring {
  const corners = ring.length / 2;
  if (tolerance === 0 || corners < 5) return ring;
  const farthest = farthestFromFirst(ring);
  const kept = new Uint8Array(corners);
  kept[0] = 1;
  kept[farthest] = 1;
  let keptCount = 2;
  // Starts and ends of parts still to be looked at.
  const parts = [0, farthest, farthest, corners];
  while (parts.length > 0) {
    const end = parts.pop() as number;
    const start = parts.pop() as number;
    const corner = farthestFromLine(ring, start, end, tolerance);
    if (corner === -1) continue;
    kept[corner] = 1;
    keptCount++;
    parts.push(start, corner, corner, end);
  }
  return keptCount < 3 ? ring : pick(ring, kept, keptCount);
}

function pick(ring: Ring, kept: Uint8Array, count: number): Ring {
  const picked = new Int32Array(count * 2);
  let at = 0;
  for (let corner = 0; corner < kept.length; corner++) {
    if (kept[corner] === 0) continue;
    picked[at++] = ring[2 * corner] as number;
    picked[at++] = ring[2 * corner + 1] as number;
  }
  return picked;
}

/** Area inside (shoelace), in px²: positive for outer rings (clockwise on the screen). */
export function ringArea(ring: Ring): number {
  let twice = 0;
  for (let at = 0; at < ring.length; at += 2) {
    const next = (at + 2) % ring.length;
    twice += (ring[at] as number) * (ring[next + 1] as number);
    twice -= (ring[next] as number) * (ring[at + 1] as number);
  }
  return twice / 2;
}

/** Corners as the result document holds them. */
export function toPoints(ring: Ring): [number, number][] {
  return Array.from({ length: ring.length / 2 }, (_, corner) => [
    ring[2 * corner] as number,
    ring[2 * corner + 1] as number,
  ]);
}

function farthestFromFirst(ring: Ring): number {
  let farthest = 0;
  let most = -1;
  for (let corner = 0; corner < ring.length / 2; corner++) {
    const dx = (ring[2 * corner] as number) - (ring[0] as number);
    const dy = (ring[2 * corner + 1] as number) - (ring[1] as number);
    if (dx * dx + dy * dy > most) {
      most = dx * dx + dy * dy;
      farthest = corner;
    }
  }
  return farthest;
}

/**
 * The corner between `start` and `end` farthest from the segment between those two, -1 where none is farther
 * than `tolerance`. `end` may be the number of corners, which is the first again.
 */
function farthestFromLine(ring: Ring, start: number, end: number, tolerance: number): number {
  const ax = ring[2 * start] as number;
  const ay = ring[2 * start + 1] as number;
  const last = (2 * end) % ring.length;
  const dx = (ring[last] as number) - ax;
  const dy = (ring[last + 1] as number) - ay;
  const squaredLength = dx * dx + dy * dy;
  const share = squaredLength === 0 ? 0 : 1 / squaredLength;
  let farthest = -1;
  let most = tolerance * tolerance;
  for (let corner = start + 1; corner < end; corner++) {
    const px = (ring[2 * corner] as number) - ax;
    const py = (ring[2 * corner + 1] as number) - ay;
    const along = Math.min(1, Math.max(0, (px * dx + py * dy) * share));
    const ex = px - along * dx;
    const ey = py - along * dy;
    const distance = ex * ex + ey * ey;
    if (distance > most) {
      most = distance;
      farthest = corner;
    }
  }
  return farthest;
}
