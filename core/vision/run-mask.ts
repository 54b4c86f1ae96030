import type { Box, Size } from './geometry.ts';

/**
 * A binary mask as runs of set pixels. Pixels count down the columns, left to right
 * (`x * height + y`); `runs` holds start and end (exclusive) of each run, ascending, never touching.
 * COCO's run-length encoding is this with lengths instead of positions.
 */
export interface RunMask extends Size {
  readonly runs: Int32Array;
}

/** Collects ascending runs and joins those that touch. */
export class RunWriter {
  private runs = new Int32Array(256);
  private length = 0;

  /** Adds pixels `start` to `end` (exclusive); not before any added earlier. */
  add(start: number, end: number): void {
    if (end <= start) return;
    if (this.length > 0 && this.runs[this.length - 1] === start) {
      this.runs[this.length - 1] = end;
      return;
    }
    if (this.length === this.runs.length) {
      const grown = new Int32Array(this.runs.length * 2);
      grown.set(this.runs);
      this.runs = grown;
    }
    this.runs[this.length++] = start;
    this.runs[this.length++] = end;
  }

  finish({ width, height }: Size): RunMask {
    return { width, height, runs: this.runs.slice(0, this.length) };
  }
}

export function countPixels({ runs }: RunMask): number {
  let pixels = 0;
  for (let i = 0; i < runs.length; i += 2) pixels += (runs[i + 1] as number) - (runs[i] as number);
  return pixels;
}

/** The smallest box around the set pixels; undefined for an empty mask. */
export function boundsOf({ runs, height }: RunMask): Box | undefined {
  if (runs.length === 0) return undefined;
  let y1 = height;
  let y2 = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const start = runs[i] as number;
    const last = (runs[i + 1] as number) - 1;
    const crossesColumns = Math.floor(start / height) !== Math.floor(last / height);
    y1 = Math.min(y1, crossesColumns ? 0 : start % height);
    y2 = Math.max(y2, crossesColumns ? height : (last % height) + 1);
  }
  const x1 = Math.floor((runs[0] as number) / height);
  const x2 = Math.floor(((runs[runs.length - 1] as number) - 1) / height) + 1;
  return { x1, y1, x2, y2 };
}

/** How many pixels both masks cover; makes no mask of them. */
export function countShared(a: RunMask, b: RunMask): number {
  let pixels = 0;
  let i = 0;
  let j = 0;
  while (i < a.runs.length && j < b.runs.length) {
    const endA = a.runs[i + 1] as number;
    const endB = b.runs[j + 1] as number;
    const start = Math.max(a.runs[i] as number, b.runs[j] as number);
    pixels += Math.max(0, Math.min(endA, endB) - start);
    if (endA < endB) i += 2;
    else j += 2;
  }
  return pixels;
}

/** What lies inside `area`, whose sides are whole pixels. */
export function cropMask(mask: RunMask, area: Box): RunMask {
  const writer = new RunWriter();
  forEachSpan(mask, (x, y1, y2) => {
    if (x < area.x1 || x >= area.x2) return;
    const column = x * mask.height;
    writer.add(column + Math.max(y1, area.y1), column + Math.min(y2, area.y2));
  });
  return writer.finish(mask);
}

/** What lies outside all of `areas`, whose sides are whole pixels. */
export function eraseAreas(mask: RunMask, areas: readonly Box[]): RunMask {
  return areas.reduce((rest, area) => {
    const writer = new RunWriter();
    forEachSpan(rest, (x, y1, y2) => {
      const column = x * rest.height;
      const isBeside = x < area.x1 || x >= area.x2;
      writer.add(column + y1, column + (isBeside ? y2 : Math.min(y2, area.y1)));
      if (!isBeside) writer.add(column + Math.max(y1, area.y2), column + y2);
    });
    return writer.finish(rest);
  }, mask);
}

export const uniteMasks = (a: RunMask, b: RunMask): RunMask => combine(a, b, 1);
export const intersectMasks = (a: RunMask, b: RunMask): RunMask => combine(a, b, 2);

/** Sweeps both masks' edges and keeps what at least `needed` of them cover. */
function combine(a: RunMask, b: RunMask, needed: 1 | 2): RunMask {
  const writer = new RunWriter();
  let i = 0;
  let j = 0;
  let start = 0;
  while (i < a.runs.length || j < b.runs.length) {
    const position = Math.min(a.runs[i] ?? Infinity, b.runs[j] ?? Infinity);
    const before = (i & 1) + (j & 1);
    if (a.runs[i] === position) i++;
    if (b.runs[j] === position) j++;
    const after = (i & 1) + (j & 1);
    if (before < needed && after >= needed) start = position;
    if (before >= needed && after < needed) writer.add(start, position);
  }
  return writer.finish(a);
}

/** Puts the mask of a part of an image into the whole; `origin` is the part's upper left corner. */
export function moveMask(mask: RunMask, origin: Pick<Box, 'x1' | 'y1'>, image: Size): RunMask {
  const writer = new RunWriter();
  forEachSpan(mask, (x, y1, y2) => {
    const column = (x + origin.x1) * image.height + origin.y1;
    writer.add(column + y1, column + y2);
  });
  return writer.finish(image);
}

/** Runs of a row-major bitmap: any byte but 0 is set. */
export function fromBitmap(bitmap: ArrayLike<number>, size: Size): RunMask {
  const writer = new RunWriter();
  for (let x = 0; x < size.width; x++) {
    for (let y = 0; y < size.height; y++) {
      const position = x * size.height + y;
      if (bitmap[y * size.width + x]) writer.add(position, position + 1);
    }
  }
  return writer.finish(size);
}

/** A row-major bitmap of zeros and ones. */
export function toBitmap({ width, height, runs }: RunMask): Uint8Array {
  const bitmap = new Uint8Array(width * height);
  forEachSpan({ width, height, runs }, (x, y1, y2) => {
    for (let y = y1; y < y2; y++) bitmap[y * width + x] = 1;
  });
  return bitmap;
}

/** Calls `visit` with every column's runs: column `x`, rows `y1` to `y2` (exclusive). */
export function forEachSpan(
  { height, runs }: RunMask,
  visit: (x: number, y1: number, y2: number) => void,
): void {
  for (let i = 0; i < runs.length; i += 2) {
    let start = runs[i] as number;
    const end = runs[i + 1] as number;
    while (start < end) {
      const x = Math.floor(start / height);
      const stop = Math.min(end, (x + 1) * height);
      visit(x, start - x * height, stop - x * height);
      start = stop;
    }
  }
}
