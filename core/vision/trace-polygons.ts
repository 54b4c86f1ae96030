import { forEachSpan, type RunMask } from './run-mask.ts';

/** Corners on pixel edges as `x, y, x, y, …`; the last joins the first. */
export type Ring = Int32Array;

/** Vertical edges between set and unset pixels, in the order they are found: column by column, downwards. */
interface VerticalEdges {
  readonly x: number[];
  readonly top: number[];
  readonly bottom: number[];
  /** 1 where set pixels lie on the left and the outline runs down; 0 where it runs up. */
  readonly runsDown: number[];
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
  const closeColumn = (nextColumn: number) => {
    if (column >= 0) compareColumns(edges, column, left, right);
    if (column >= 0 && nextColumn > column + 1) compareColumns(edges, column + 1, right, []);
    left = nextColumn === column + 1 ? right : [];
    right = [];
    column = nextColumn;
  };
  forEachSpan(mask, (x, y1, y2) => {
    if (x !== column) closeColumn(x);
    right.push(y1, y2);
  });
  closeColumn(Infinity);
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
    const inLeft = i % 2;
    if (inLeft !== j % 2 && y > top) {
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
  const { ends, starts } = sortEndsByLine(edges, height);
  for (let y = 0; y <= height; y++) {
    const first = starts[y] as number;
    const stop = starts[y + 1] as number;
    orderCorners(ends, { first, stop }, edges);
    for (let i = first; i < stop; i += 2) {
      const left = ends[i] as number;
      const right = ends[i + 1] as number;
      const leftArrives = (edges.runsDown[left] ? edges.bottom : edges.top)[left] === y;
      if (leftArrives) next[left] = right;
      else next[right] = left;
    }
  }
  return next;
}

/** Both ends of every edge, by line and on each line from left to right: line `y` has `starts[y]` to `starts[y + 1]`. */
function sortEndsByLine({ top, bottom }: VerticalEdges, height: number) {
  const starts = new Int32Array(height + 2);
  for (const y of top) starts[y + 1] = (starts[y + 1] as number) + 1;
  for (const y of bottom) starts[y + 1] = (starts[y + 1] as number) + 1;
  for (let y = 0; y <= height; y++) starts[y + 1] = (starts[y + 1] as number) + (starts[y] as number);
  const free = starts.slice();
  const ends = new Int32Array(top.length * 2);
  const place = (edge: number, y: number) => {
    const at = free[y] as number;
    ends[at] = edge;
    free[y] = at + 1;
  };
  for (let edge = 0; edge < top.length; edge++) {
    place(edge, top[edge] as number);
    place(edge, bottom[edge] as number);
  }
  return { ends, starts };
}

/** Where pixels touch at a corner only, the upper edge stands first, so that a ring stays with its pixel. */
function orderCorners(
  ends: Int32Array,
  { first, stop }: { first: number; stop: number },
  { x, runsDown }: VerticalEdges,
): void {
  for (let i = first; i + 1 < stop; i++) {
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
  const corners = new Int32Array(x.length * 4);
  for (let first = 0; first < x.length; first++) {
    let length = 0;
    for (let edge = first; !seen[edge]; edge = next[edge] as number) {
      seen[edge] = 1;
      const down = runsDown[edge];
      corners[length] = corners[length + 2] = x[edge] as number;
      corners[length + 1] = (down ? top : bottom)[edge] as number;
      corners[length + 3] = (down ? bottom : top)[edge] as number;
      length += 4;
    }
    if (length > 0) rings.push(corners.slice(0, length));
  }
  return rings;
}
