export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const CELL_PX = 64;

/** Where labels lie, found by the square of a coarse grid: thousands don't have to be held against one another. */
export class TakenPlaces {
  readonly #cells = new Map<string, Rect[]>();

  isFree(rect: Rect): boolean {
    return !cellsOf(rect).some((cell) => this.#cells.get(cell)?.some((other) => overlaps(rect, other)));
  }

  add(rect: Rect): void {
    for (const cell of cellsOf(rect)) this.#cells.set(cell, [...(this.#cells.get(cell) ?? []), rect]);
  }
}

function cellsOf({ left, top, width, height }: Rect): string[] {
  const cells: string[] = [];
  for (let x = Math.floor(left / CELL_PX); x <= (left + width) / CELL_PX; x++) {
    for (let y = Math.floor(top / CELL_PX); y <= (top + height) / CELL_PX; y++) cells.push(`${x} ${y}`);
  }
  return cells;
}

const overlaps = (a: Rect, b: Rect) =>
  a.left < b.left + b.width &&
  b.left < a.left + a.width &&
  a.top < b.top + b.height &&
  b.top < a.top + a.height;
