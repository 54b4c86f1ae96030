import type { Rle } from './contracts.ts';

/** Positions of pixels, column by column from the top left: pairs of where a run of the mask starts and ends. */
export interface Runs {
  readonly width: number;
  readonly height: number;
  readonly edges: Uint32Array;
}

/** Reads COCO's compressed run-length encoding. @throws RangeError where it is none. */
export function decodeRle({ size: [height, width], counts }: Rle): Runs {
  const lengths: number[] = [];
  const edges: number[] = [];
  let position = 0;
  for (let at = 0; at < counts.length; ) {
    const { value, next } = readNumber(counts, at);
    at = next;
    const index = lengths.length;
    // From the third on, lengths are differences to the length two before.
    const length = index > 2 ? value + (lengths[index - 2] as number) : value;
    if (length < 0) throw new RangeError('A run of the RLE has a negative length.');
    lengths.push(length);
    if (index % 2 === 1 && length > 0) edges.push(position, position + length);
    position += length;
  }
  if (position !== width * height) {
    throw new RangeError(`The RLE covers ${position} pixels of ${width} x ${height}.`);
  }
  return { width, height, edges: Uint32Array.from(edges) };
}

/** Five bits a character from ASCII 48 on, lowest first; the sixth says that more follow. */
function readNumber(text: string, start: number): { value: number; next: number } {
  let value = 0;
  for (let at = start, shift = 0; ; shift += 5) {
    const group = text.charCodeAt(at++) - 48;
    if (!(group >= 0 && group < 64)) throw new RangeError('The RLE holds a character it may not.');
    value |= (group & 0x1f) << shift;
    if (group & 0x20) continue;
    return { value: group & 0x10 ? value | (-1 << (shift + 5)) : value, next: at };
  }
}

/** Row by row, 1 where the mask is: what canvases and arrays want. */
export function toBitmap(rle: Rle): {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
} {
  const { width, height, edges } = decodeRle(rle);
  const data = new Uint8Array(width * height);
  for (let index = 0; index < edges.length; index += 2) {
    for (let position = edges[index] as number; position < (edges[index + 1] as number); position++) {
      data[(position % height) * width + Math.floor(position / height)] = 1;
    }
  }
  return { width, height, data };
}

/** Whether the mask covers a pixel; needs no bitmap. */
export function covers({ width, height, edges }: Runs, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= width || y >= height) return false;
  const position = Math.floor(x) * height + Math.floor(y);
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) <= position) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

export type Ring = [number, number][];

/** Rings along the edges of pixels; the inside is on the right of each step, so holes run the other way round. */
export function toPolygons(rle: Rle): Ring[] {
  const { width, height, data } = toBitmap(rle);
  const isInside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1;
  const steps = edgeSteps(isInside, width, height);
  const rings: Ring[] = [];
  for (const start of steps.keys()) {
    while (steps.has(start)) rings.push(followRing(start, steps, width + 1));
  }
  return rings;
}

type Steps = Map<number, number[]>;

/** Each corner's steps to its neighbours, keyed by `y * (width + 1) + x`. */
function edgeSteps(isInside: (x: number, y: number) => boolean, width: number, height: number): Steps {
  const steps: Steps = new Map();
  const stride = width + 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isInside(x, y)) continue;
      const corner = y * stride + x;
      const sides = [
        [isInside(x, y - 1), corner, corner + 1],
        [isInside(x + 1, y), corner + 1, corner + 1 + stride],
        [isInside(x, y + 1), corner + 1 + stride, corner + stride],
        [isInside(x - 1, y), corner + stride, corner],
      ] as const;
      for (const [isShared, from, to] of sides) {
        if (!isShared) steps.set(from, [...(steps.get(from) ?? []), to]);
      }
    }
  }
  return steps;
}

function followRing(start: number, steps: Steps, stride: number): Ring {
  const ring: Ring = [];
  let corner = takeStep(steps, start, 0);
  const first = corner - start;
  let direction = first;
  while (corner !== start) {
    const next = takeStep(steps, corner, direction);
    // Corners on a straight line say nothing.
    if (next - corner !== direction) ring.push([corner % stride, Math.floor(corner / stride)]);
    direction = next - corner;
    corner = next;
  }
  if (direction !== first) ring.push([start % stride, Math.floor(start / stride)]);
  return ring;
}

/** Where two rings touch, a right turn stays with the same pixel. */
function takeStep(steps: Steps, corner: number, direction: number): number {
  const choices = steps.get(corner) as number[];
  const stride = Math.max(...choices.map((to) => Math.abs(to - corner)));
  const turn = direction === 1 ? stride : direction === -1 ? -stride : direction > 0 ? -1 : 1;
  const index = Math.max(0, choices.length > 1 ? choices.indexOf(corner + turn) : 0);
  const [next] = choices.splice(index, 1) as [number];
  if (choices.length === 0) steps.delete(corner);
  return next;
}
