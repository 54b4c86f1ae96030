import type { Box, Size } from './geometry.ts';

export interface TileOptions {
  /** Side of a tile in image pixels. */
  readonly size: number;
  /** Share of a tile that it has in common with its neighbour. */
  readonly overlap: number;
}

/**
 * Overlapping squares that cover the image, row by row, the last of each row and column moved back inside.
 * A side shorter than a tile has one tile, as long as the side.
 */
export function planTiles(image: Size, { size, overlap }: TileOptions): Box[] {
  const columns = spread(image.width, size, overlap);
  const rows = spread(image.height, size, overlap);
  return rows.flatMap(([y1, y2]) => columns.map(([x1, x2]) => ({ x1, y1, x2, y2 })));
}

/** How many `planTiles` would give, without making them: a careless choice asks for hundreds of thousands. */
export const countTiles = ({ width, height }: Size, { size, overlap }: TileOptions): number =>
  countAlong(width, size, overlap) * countAlong(height, size, overlap);

/** What rounding may add to a number of steps: 1,280 pixels are ten of a fifth of 640, and by its binary share a little more. */
const ROUNDING = 1e-9;

const countAlong = (side: number, size: number, overlap: number): number =>
  side <= size ? 1 : Math.ceil((side - size) / (size * (1 - overlap)) - ROUNDING) + 1;

/** Evenly spread, so that no neighbours share less than `overlap`. */
function spread(side: number, size: number, overlap: number): [number, number][] {
  if (side <= size) return [[0, side]];
  const count = countAlong(side, size, overlap);
  return Array.from({ length: count }, (_, index) => {
    const start = Math.round((index * (side - size)) / (count - 1));
    return [start, start + size];
  });
}
