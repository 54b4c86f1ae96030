import type { Size } from './geometry.ts';

const USUAL_STRIDES = [8, 16, 32];

/** Of the usual heads, those with P2, with P6 or with both, and those of two levels (v3-tiny). */
const STRIDE_SETS = [
  USUAL_STRIDES,
  [4, 8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32, 64],
  [4, 8, 16],
  [16, 32],
  [8, 16],
];

/** Cells of the grids of these strides. */
export function countAnchors({ width, height }: Size, strides: readonly number[] = USUAL_STRIDES): number {
  const cells = (stride: number) => Math.ceil(width / stride) * Math.ceil(height / stride);
  return strides.reduce((sum, stride) => sum + cells(stride), 0);
}

/** The strides whose grids have that many cells; undefined where there are none. */
const findStrides = (input: Size, cells: number) =>
  STRIDE_SETS.find((strides) => countAnchors(input, strides) === cells);

export const isGrid = (cells: number, input: Size) => findStrides(input, cells) !== undefined;

/** One place of a grid over the input, its side `stride` pixels. */
export interface Cell {
  readonly column: number;
  readonly row: number;
  readonly stride: number;
}

/** All cells in the order of a head's predictions: by stride, by row, by column. */
export function cellsOf(input: Size, count: number): Cell[] {
  const strides = findStrides(input, count) ?? USUAL_STRIDES;
  return strides.flatMap((stride) => {
    const columns = Math.ceil(input.width / stride);
    const rows = Math.ceil(input.height / stride);
    return Array.from({ length: columns * rows }, (_, cell) => ({
      column: cell % columns,
      row: Math.floor(cell / columns),
      stride,
    }));
  });
}
