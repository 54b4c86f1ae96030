import type { RowRange } from './use-row-window.ts';

/** Where a tile stands in its grid. */
export interface Tile {
  readonly row: number;
  readonly left: number;
  readonly width: number;
}

export interface GridLayout {
  readonly tiles: readonly Tile[];
  readonly rows: readonly RowRange[];
  readonly pictureHeight: number;
  readonly tileHeight: number;
  /** From the top of a row to that of the next. */
  readonly pitch: number;
}

interface Shape {
  readonly pictureHeight: number;
  readonly gap: number;
  /** How wide a tile is where its row is not stretched. */
  widthOf(ratio: number): number;
}

/** Below this, two tiles of one width stand in a row. */
const NARROW_PX = 520;
/** Name and facts below the picture. */
const CAPTION_PX = 52;
const LEAST_RATIO = 0.7;
const MOST_RATIO = 3;
/** How much wider a tile may become, so that its row is filled. */
const MOST_STRETCH = 1.35;

/** Justified rows: each is filled with pictures in their own shapes, all of one height. Lengths are CSS pixels. */
export function layOutGrid(ratios: readonly number[], widthPx: number): GridLayout {
  const shape = shapeFor(widthPx);
  const wanted = ratios.map((ratio) => Math.min(widthPx, shape.widthOf(ratio)));
  const rows = splitIntoRows(wanted, { widthPx, gap: shape.gap });
  const tiles = rows.flatMap((range, row) => {
    const isLast = row === rows.length - 1;
    return placeRow(wanted.slice(range.first, range.end), { row, widthPx, isLast, gap: shape.gap });
  });
  const tileHeight = shape.pictureHeight + CAPTION_PX;
  return { tiles, rows, pictureHeight: shape.pictureHeight, tileHeight, pitch: tileHeight + shape.gap };
}

function shapeFor(widthPx: number): Shape {
  if (widthPx < NARROW_PX) return { pictureHeight: 132, gap: 12, widthOf: () => (widthPx - 12) / 2 };
  return {
    pictureHeight: 200,
    gap: 16,
    widthOf: (ratio) => 200 * Math.min(MOST_RATIO, Math.max(LEAST_RATIO, ratio)),
  };
}

function splitIntoRows(
  widths: readonly number[],
  { widthPx, gap }: { widthPx: number; gap: number },
): RowRange[] {
  const rows: RowRange[] = [];
  for (let first = 0; first < widths.length; ) {
    let end = first + 1;
    let taken = widths[first] ?? 0;
    while (end < widths.length && taken + gap + (widths[end] ?? 0) <= widthPx) {
      taken += gap + (widths[end] ?? 0);
      end += 1;
    }
    rows.push({ first, end });
    first = end;
  }
  return rows;
}

interface Row {
  readonly row: number;
  readonly widthPx: number;
  readonly gap: number;
  /** The last is not stretched: more may come. */
  readonly isLast: boolean;
}

function placeRow(widths: readonly number[], { row, widthPx, gap, isLast }: Row): Tile[] {
  const room = widthPx - gap * (widths.length - 1);
  const sum = widths.reduce((total, width) => total + width, 0);
  const stretch = isLast ? 1 : Math.min(MOST_STRETCH, room / sum);
  let at = 0;
  return widths.map((width) => {
    const left = Math.round(at);
    const right = Math.round(at + width * stretch);
    at += width * stretch + gap;
    return { row, left, width: right - left };
  });
}

/** Where a key leads from one tile: to the next, to the one above, …; `undefined` where there is none. */
export function stepFrom({ tiles, rows }: GridLayout, from: number, key: string): number | undefined {
  const beside: Readonly<Record<string, number>> = {
    ArrowRight: from + 1,
    ArrowLeft: from - 1,
    Home: 0,
    End: tiles.length - 1,
  };
  const across: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
  const tile = tiles[from];
  const step = across[key];
  if (tile === undefined) return undefined;
  const to = step === undefined ? beside[key] : nearestIn(tiles, rows[tile.row + step], tile);
  return to === undefined || tiles[to] === undefined ? undefined : to;
}

function nearestIn(tiles: readonly Tile[], row: RowRange | undefined, tile: Tile): number | undefined {
  if (row === undefined) return undefined;
  const middleOf = ({ left, width }: Tile) => left + width / 2;
  const awayOf = (nth: number) => Math.abs(middleOf(tiles[nth] as Tile) - middleOf(tile));
  let nearest = row.first;
  for (let nth = row.first; nth < row.end; nth++) if (awayOf(nth) < awayOf(nearest)) nearest = nth;
  return nearest;
}
