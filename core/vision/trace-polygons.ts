import { forEachSpan, type RunMask } from './run-mask.ts';

/** Corners `[x, y]` on pixel edges; the last joins the first. */
export type Ring = [number, number][];

/** Vertical edges between set and unset pixels, in the order they are found: column by column, downwards. */
interface VerticalEdges {
  readonly x: number[];
  readonly top: number[];
  readonly bottom: number[];
  /** Set pixels lie on the left: the outline runs down here, and up where they lie on the right. */
  readonly runsDown: boolean[];
}

/**
 * Outlines of a mask along its pixels' edges. Outer rings run clockwise as seen on the screen, holes the
 * other way, so the signed areas of all rings add up to the mask's pixel count. Pixels that touch at a corner
 * only belong to different rings.
 */
export function tracePolygons(mask: RunMask): Ring[] {
  const edges = findVerticalEdges(mask);
  const next = linkEdges(edges, mask.height);
  return followLinks(edges, next);
}

function findVerticalEdges(mask: RunMask): VerticalEdges {
  const edges: VerticalEdges = { x: [], top: [], bottom: [], runsDown: [] };
  let left: number[] = [];
  let right: number[] = [];
  let column = -1;
  const close = (nextColumn: number) => {
    if (column >= 0) compareColumns(edges, column, left, right);
    if (column >= 0 && nextColumn > column + 1) compareColumns(edges, column + 1, right, []);
    left = nextColumn === column + 1 ? right : [];
    right = [];
    column = nextColumn;
  };
  forEachSpan(mask, (x, y1, y2) => {
    if (x !== column) close(x);
    right.push(y1, y2);
  });
  close(Infinity);
  return edges;
}

/** Edges on the line left of column `x`, where exactly one of both columns is set. */
function compareColumns(
  edges: VerticalEdges,
  x: number,
  left: readonly number[],
  right: readonly number[],
): void {
  let i = 0;
  let j = 0;
  let top = 0;
  while (i < left.length || j < right.length) {
    const y = Math.min(left[i] ?? Infinity, right[j] ?? Infinity);
    const inLeft = i % 2 === 1;
    const inRight = j % 2 === 1;
    if (inLeft !== inRight && y > top) {
      edges.x.push(x);
      edges.top.push(top);
      edges.bottom.push(y);
      edges.runsDown.push(inLeft);
    }
    if (left[i] === y) i++;
    if (right[j] === y) j++;
    top = y;
  }
}

/**
 * Finds for each vertical edge the one that follows it, over the horizontal edge at its end: on each line
 * between two pixel rows the ends of vertical edges, from left to right, pair up to horizontal edges.
 */
function linkEdges(edges: VerticalEdges, height: number): Int32Array {
  const next = new Int32Array(edges.x.length);
  endsByLine(edges, height).forEach((ends, y) => {
    orderCorners(ends, edges);
    for (let i = 0; i < ends.length; i += 2) {
      const left = ends[i] as number;
      const right = ends[i + 1] as number;
      const leftArrives = (edges.runsDown[left] ? edges.bottom : edges.top)[left] === y;
      if (leftArrives) next[left] = right;
      else next[right] = left;
    }
  });
  return next;
}

function endsByLine({ x, top, bottom }: VerticalEdges, height: number): number[][] {
  const lines: number[][] = Array.from({ length: height + 1 }, () => []);
  for (let edge = 0; edge < x.length; edge++) {
    lines[top[edge] as number]?.push(edge);
    lines[bottom[edge] as number]?.push(edge);
  }
  return lines;
}

/** Where pixels touch at a corner only, the upper edge stands first, so that a ring stays with its pixel. */
function orderCorners(ends: number[], { x, runsDown }: VerticalEdges): void {
  for (let i = 0; i + 1 < ends.length; i++) {
    const upper = ends[i] as number;
    const lower = ends[i + 1] as number;
    if (x[upper] !== x[lower]) continue;
    if (!runsDown[upper]) {
      ends[i] = lower;
      ends[i + 1] = upper;
    }
    i++;
  }
}

function followLinks({ x, top, bottom, runsDown }: VerticalEdges, next: Int32Array): Ring[] {
  const rings: Ring[] = [];
  const seen = new Uint8Array(x.length);
  for (let first = 0; first < x.length; first++) {
    const ring: Ring = [];
    for (let edge = first; !seen[edge]; edge = next[edge] as number) {
      seen[edge] = 1;
      const ends = [top[edge] as number, bottom[edge] as number];
      if (!runsDown[edge]) ends.reverse();
      for (const y of ends) ring.push([x[edge] as number, y]);
    }
    if (ring.length > 0) rings.push(ring);
  }
  return rings;
}
